// The forward pass of convolutions on INT8 tensor cores: what TiledKernels.convolveTiles computes, from the same jobs and tiles.
//
// Where a layer's activations and weights are codes of at most 8 bits, their products and sums are integers, and so exact. A weight is
// step * (k + 1/2), an activation step' * x; hence a result is step * step' / 2 * (2 sum k x + sum x). The sum of the x of a row comes from
// one more product, by ones. Layers with more bits, and those of a network that is not quantised, are computed in floating point.
//
// A record is that of a tiled kernel, and goes on: 21 grid of the input or -1, 22 grid of the first output's weights, 23 distance between
// the grids of outputs. Places in grids are those of GridKernels and WeightGridKernels.

#define THREADS 256
#define HEADER 2

// Columns of the left factor at a time, and bytes between rows in shared memory: eight rows by four words meet every bank once.
#define DEEP 64
#define PITCH 80
#define FLOAT_DEEP 16

// The largest tiles: 256 * PITCH + 16 * PITCH, and 64 * PITCH + 64 * PITCH; in floating point FLOAT_DEEP * (257 + 16) floats.
#define SHARED_BYTES 21760
#define TALL 256

struct Tile {
    int in, out, weights, bias;
    int height, width, channels, kernel, stride, padding, rows, columns, outputs, positions;
    int tall, wide, taps, firstPosition, firstOutput;
    int grid, weightGrid, apart;
};

// Where the pixels of a row of the left factor begin.
struct Rows {
    int image[TALL], y[TALL], x[TALL];
};

// Where a value of the left factor is, or -1 where it is 0: outside of the image, or behind the last column.
__device__ __forceinline__ int placeOf(const Tile& tile, const Rows& at, int row, int tap) {
    int c = tap % tile.channels;
    int y = at.y[row] + tap / tile.channels / tile.kernel;
    int x = at.x[row] + tap / tile.channels % tile.kernel;
    bool seen = tap < tile.taps && y >= 0 && y < tile.height && x >= 0 && x < tile.width;
    return seen ? tile.in + ((at.image[row] + y) * tile.width + x) * tile.channels + c : -1;
}

__device__ __forceinline__ float pixel(const float* memory, const Tile& tile, const Rows& at, int row, int tap) {
    int from = placeOf(tile, at, row, tap);
    return from < 0 ? 0 : memory[from];
}

__device__ __forceinline__ unsigned packed(int a, int b, int c, int d) {
    return (a & 255) | (b & 255) << 8 | (c & 255) << 16 | (unsigned) (d & 255) << 24;
}

// The codes of four neighbouring columns of a row of the left factor.
__device__ __forceinline__ unsigned codes(
        const float* memory, const Tile& tile, const Rows& at, int row, int tap, float inverse) {
    if (tile.channels % 4 == 0) {
        int from = placeOf(tile, at, row, tap);
        if (from < 0) {
            return 0;
        }
        float4 values = *reinterpret_cast<const float4*>(memory + from);
        return packed(
                __float2int_rn(values.x * inverse),
                __float2int_rn(values.y * inverse),
                __float2int_rn(values.z * inverse),
                __float2int_rn(values.w * inverse));
    }
    return packed(
            __float2int_rn(pixel(memory, tile, at, row, tap) * inverse),
            __float2int_rn(pixel(memory, tile, at, row, tap + 1) * inverse),
            __float2int_rn(pixel(memory, tile, at, row, tap + 2) * inverse),
            __float2int_rn(pixel(memory, tile, at, row, tap + 3) * inverse));
}

// The k of a weight; 0 beside the matrix, where the activation is 0 or the result is not kept.
__device__ __forceinline__ int weightCode(const float* memory, const Tile& tile, int tap, int o) {
    if (tap >= tile.taps || o >= tile.outputs) {
        return 0;
    }
    float step = memory[tile.weightGrid + o * tile.apart];
    return __float2int_rn(memory[tile.weights + tap * tile.outputs + o] / step - 0.5f);
}

// 16 x 8 sums of products over 32 columns (PTX ISA, mma.m16n8k32): the activations' codes unsigned, or signed.
__device__ __forceinline__ void multiply(int* sums, const unsigned* left, unsigned right0, unsigned right1, bool negative) {
    if (negative) {
        asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                     : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                     : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right0), "r"(right1));
    } else {
        asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                     : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                     : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right0), "r"(right1));
    }
}

// The tile's results to shared memory. A warp makes four blocks of 16 x 8 of them.
__device__ void integerTile(const float* memory, const Tile& tile, const Rows& at, unsigned char* shared, bool negative) {
    unsigned char* left = shared;
    unsigned char* right = shared + tile.tall * PITCH;
    int thread = threadIdx.x;
    int lane = thread % 32;
    int across = tile.wide / 8;
    int sums[4][4] = {};
    int rowSums[4][4] = {};
    float step = memory[tile.grid];
    float inverse = memory[tile.grid + 1];
    for (int from = 0; from < tile.taps; from += DEEP) {
        for (int place = thread; place < tile.tall * (DEEP / 4); place += THREADS) {
            int row = place / (DEEP / 4);
            int k = place % (DEEP / 4) * 4;
            *reinterpret_cast<unsigned*>(left + row * PITCH + k) = codes(memory, tile, at, row, from + k, inverse);
        }
        for (int place = thread; place < tile.wide * (DEEP / 4); place += THREADS) {
            int o = place % tile.wide;
            int k = place / tile.wide * 4;
            int tap = from + k;
            int output = tile.firstOutput + o;
            *reinterpret_cast<unsigned*>(right + o * PITCH + k) = packed(
                    weightCode(memory, tile, tap, output),
                    weightCode(memory, tile, tap + 1, output),
                    weightCode(memory, tile, tap + 2, output),
                    weightCode(memory, tile, tap + 3, output));
        }
        __syncthreads();
        for (int deep = 0; deep < DEEP; deep += 32) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                int block = thread / 32 * 4 + i;
                const unsigned char* row = left + (block / across * 16 + lane / 4) * PITCH + deep + lane % 4 * 4;
                const unsigned char* column = right + (block % across * 8 + lane / 4) * PITCH + deep + lane % 4 * 4;
                unsigned factor[4] = {
                    *reinterpret_cast<const unsigned*>(row),
                    *reinterpret_cast<const unsigned*>(row + 8 * PITCH),
                    *reinterpret_cast<const unsigned*>(row + 16),
                    *reinterpret_cast<const unsigned*>(row + 8 * PITCH + 16)};
                unsigned right0 = *reinterpret_cast<const unsigned*>(column);
                unsigned right1 = *reinterpret_cast<const unsigned*>(column + 16);
                multiply(sums[i], factor, right0, right1, negative);
                multiply(rowSums[i], factor, 0x01010101, 0x01010101, negative);
            }
        }
        __syncthreads();
    }
    float* results = reinterpret_cast<float*>(shared);
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int block = thread / 32 * 4 + i;
        for (int j = 0; j < 4; j++) {
            int row = block / across * 16 + lane / 4 + j / 2 * 8;
            int column = block % across * 8 + lane % 4 * 2 + j % 2;
            int o = min(tile.firstOutput + column, tile.outputs - 1);
            float unit = 0.5f * step * memory[tile.weightGrid + o * tile.apart];
            results[row * tile.wide + column] = unit * (float) (2 * sums[i][j] + rowSums[i][j]);
        }
    }
}

// The same in floating point, 4 x 4 results a thread.
__device__ void floatTile(const float* memory, const Tile& tile, const Rows& at, float* shared) {
    float* left = shared;
    int pitch = tile.tall + 1;
    float* right = shared + FLOAT_DEEP * pitch;
    int thread = threadIdx.x;
    int tall4 = tile.tall / 4;
    int wide4 = tile.wide / 4;
    int across = thread % wide4;
    int down = thread / wide4;
    float sums[4][4] = {};
    for (int from = 0; from < tile.taps; from += FLOAT_DEEP) {
        int k = thread % FLOAT_DEEP;
        for (int row = thread / FLOAT_DEEP; row < tile.tall; row += THREADS / FLOAT_DEEP) {
            left[k * pitch + row] = pixel(memory, tile, at, row, from + k);
        }
        for (int place = thread; place < FLOAT_DEEP * tile.wide; place += THREADS) {
            int tap = from + place / tile.wide;
            int o = tile.firstOutput + place % tile.wide;
            bool there = tap < tile.taps && o < tile.outputs;
            right[place] = there ? memory[tile.weights + tap * tile.outputs + o] : 0;
        }
        __syncthreads();
        for (int deep = 0; deep < FLOAT_DEEP; deep++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                float value = left[deep * pitch + down + i * tall4];
#pragma unroll
                for (int j = 0; j < 4; j++) {
                    sums[i][j] += value * right[deep * tile.wide + across + j * wide4];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
            shared[(down + i * tall4) * tile.wide + across + j * wide4] = sums[i][j];
        }
    }
}

// The sums of the tile's results and of their squares by output, over rows in a fixed order.
__device__ void sumColumns(float* memory, const Tile& tile, const float* results, float* parts, int to) {
    int thread = threadIdx.x;
    int column = thread % tile.wide;
    int part = thread / tile.wide;
    int count = THREADS / tile.wide;
    int size = tile.tall / count;
    float sum = 0;
    float square = 0;
    for (int row = part * size; row < (part + 1) * size; row++) {
        float value = tile.firstPosition + row < tile.positions ? results[row * tile.wide + column] : 0;
        sum += value;
        square += value * value;
    }
    parts[thread] = sum;
    parts[THREADS + thread] = square;
    __syncthreads();
    int o = tile.firstOutput + column;
    if (part < 2 && o < tile.outputs) {
        float total = 0;
        for (int i = 0; i < count; i++) {
            total += parts[part * THREADS + i * tile.wide + column];
        }
        memory[to + part * tile.outputs + o] = total;
    }
}

extern "C" __global__ void __launch_bounds__(THREADS) convolveIntegers(
        long* context, unsigned char* constants, unsigned char* local, int* atomics,
        unsigned char* stateArray, unsigned char* memoryArray, unsigned char* tableArray, int at) {
    // Java's arrays begin with a header.
    float* memory = reinterpret_cast<float*>(memoryArray + 16);
    const int* table = reinterpret_cast<const int*>(tableArray + 16);
    __shared__ __align__(16) unsigned char shared[SHARED_BYTES];
    __shared__ float parts[2 * THREADS];
    __shared__ Rows rows;
    __shared__ int wide;
    int thread = threadIdx.x;
    int job = table[at + blockIdx.x];
    const int* record = table + job + HEADER;
    int number = blockIdx.x - table[job] / THREADS;
    Tile tile;
    tile.in = record[0];
    tile.out = record[1];
    tile.weights = record[2];
    tile.bias = record[3];
    tile.height = record[4];
    tile.width = record[5];
    tile.channels = record[6];
    tile.kernel = record[7];
    tile.stride = record[8];
    tile.padding = record[9];
    tile.rows = record[10];
    tile.columns = record[11];
    tile.outputs = record[12];
    tile.positions = record[13] * tile.rows * tile.columns;
    tile.tall = record[17];
    tile.wide = record[18];
    tile.taps = tile.kernel * tile.kernel * tile.channels;
    tile.grid = record[21];
    tile.weightGrid = record[22];
    tile.apart = record[23];
    int tilesAcross = (tile.outputs + tile.wide - 1) / tile.wide;
    tile.firstPosition = number / tilesAcross * tile.tall;
    tile.firstOutput = number % tilesAcross * tile.wide;
    if (thread == 0) {
        wide = tile.grid < 0;
    }
    if (thread < tile.tall) {
        int p = min(tile.firstPosition + thread, tile.positions - 1);
        rows.image[thread] = p / (tile.columns * tile.rows) * tile.height;
        rows.y[thread] = p / tile.columns % tile.rows * tile.stride - tile.padding;
        rows.x[thread] = p % tile.columns * tile.stride - tile.padding;
    }
    __syncthreads();
    bool negative = false;
    if (tile.grid >= 0) {
        float lowest = memory[tile.grid + 4];
        float highest = memory[tile.grid + 5];
        negative = lowest < 0;
        const float* grid = memory + tile.weightGrid + min(tile.firstOutput + thread, tile.outputs - 1) * tile.apart;
        bool fits = lowest >= -128 && highest <= (negative ? 127 : 255) && grid[2] > 0 && grid[3] >= -128 && grid[4] <= 127;
        if (thread < tile.wide && !fits) {
            wide = 1;
        }
    }
    __syncthreads();
    float* results = reinterpret_cast<float*>(shared);
    if (wide) {
        floatTile(memory, tile, rows, results);
    } else {
        integerTile(memory, tile, rows, shared, negative);
    }
    __syncthreads();
    for (int place = thread; place < tile.tall * tile.wide; place += THREADS) {
        int p = tile.firstPosition + place / tile.wide;
        int o = tile.firstOutput + place % tile.wide;
        if (p < tile.positions && o < tile.outputs) {
            memory[tile.out + p * tile.outputs + o] = results[place] + (tile.bias < 0 ? 0 : memory[tile.bias + o]);
        }
    }
    if (record[20] >= 0) {
        sumColumns(memory, tile, results, parts, record[20] + 2 * (number / tilesAcross) * tile.outputs);
    }
}
