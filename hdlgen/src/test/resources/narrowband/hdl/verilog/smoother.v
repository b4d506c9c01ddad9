// smoother
// Means of neighbouring samples, rounded down.
//   bits = 8
`default_nettype none

module smoother (
    input wire clk,
    input wire rst,
    input wire samples_valid,
    output wire samples_ready,
    input wire [7:0] samples_data,
    output wire means_valid,
    input wire means_ready,
    output wire [7:0] means_data,
    output wire [2:0] level  // words that wait
);

    reg [7:0] newest = 8'd0;  // the sample before
    reg [2:0] waiting = 3'd0;
    wire [8:0] sum;
    wire leaves;
    wire queue_in_valid;
    wire queue_in_ready;
    wire [7:0] queue_in_data;
    wire queue_out_valid;
    wire queue_out_ready;
    wire [7:0] queue_out_data;

    assign samples_ready = queue_in_ready;
    assign means_valid = queue_out_valid;
    assign sum = {1'b0, queue_out_data} + {1'b0, newest};
    assign means_data = sum[8:1];
    assign level = waiting;
    assign leaves = queue_out_valid && queue_out_ready;
    always @(posedge clk) begin
        if (rst) begin
            newest <= 8'd0;
        end else if (leaves) begin
            newest <= queue_out_data;
        end
    end
    always @(posedge clk) begin
        if (rst) begin
            waiting <= 3'd0;
        end else if ((samples_valid && samples_ready) && !leaves) begin
            waiting <= waiting + 3'd1;
        end else if (leaves && !(samples_valid && samples_ready)) begin
            waiting <= waiting - 3'd1;
        end
    end
    assign queue_in_valid = samples_valid;
    assign queue_in_data = samples_data;
    assign queue_out_ready = means_ready;
    fifo_8x4 queue (
        .clk(clk),
        .rst(rst),
        .in_valid(queue_in_valid),
        .in_ready(queue_in_ready),
        .in_data(queue_in_data),
        .out_valid(queue_out_valid),
        .out_ready(queue_out_ready),
        .out_data(queue_out_data)
    );

    // Bits that nothing reads.
    wire unused = &{1'b0, sum[0]};

endmodule

`default_nettype wire
