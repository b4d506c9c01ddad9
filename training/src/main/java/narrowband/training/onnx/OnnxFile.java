package narrowband.training.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import narrowband.accel.InvalidInputException;

/**
 * An ONNX file as it lies on the disk, its graph not yet understood.
 *
 * @param path where it lies; tensors in files of their own lie beside it
 * @param graph its main graph
 * @param operators the version of ONNX's own operators
 */
record OnnxFile(Path path, GraphProto graph, long operators) {
    /** Attributes became inputs and shapes were broadcast as now from about here on. */
    private static final long OLDEST = 7;

    /** The newest whose operators were read for this reader. */
    private static final long NEWEST = 25;

    /** @throws InvalidInputException if the file is missing, damaged, no ONNX, or of operators that are not known */
    static OnnxFile read(Path path) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("There is no ONNX file %s; check its name.".formatted(path), e);
        } catch (IOException e) {
            throw unreadable(path, InvalidInputException.reason(e), e);
        } catch (OutOfMemoryError e) {
            throw unreadable(path, e.getMessage(), e);
        }
        try {
            return of(path, ModelProto.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(
                    "%s is no ONNX file, or a damaged one (%s); export or download it again."
                            .formatted(path, e.getMessage()),
                    e);
        }
    }

    private static InvalidInputException unreadable(Path path, String reason, Throwable cause) {
        return new InvalidInputException(
                "The ONNX file %s cannot be read (%s); check that it is a file of less than 2 GiB that may be read."
                        .formatted(path, reason),
                cause);
    }

    private static OnnxFile of(Path path, ModelProto model) {
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw new InvalidInputException("%s is no ONNX file: it holds no graph.".formatted(path));
        }
        long version = model.getOpsetImportList().stream()
                .filter(set -> isOwn(set.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "%s does not say which version of ONNX's operators it uses (opset_import); export it again."
                                .formatted(path)));
        if (version < OLDEST || version > NEWEST) {
            throw new InvalidInputException(
                    "%s uses version %d of ONNX's operators; those of %d to %d are understood. Export it with opset_version=17, or let onnx.version_converter convert it."
                            .formatted(path, version, OLDEST, NEWEST));
        }
        return new OnnxFile(path, model.getGraph(), version);
    }

    /** Whether a domain is that of ONNX's own operators. */
    static boolean isOwn(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    InvalidInputException refused(String why) {
        return new InvalidInputException("%s: %s".formatted(path, why));
    }
}
