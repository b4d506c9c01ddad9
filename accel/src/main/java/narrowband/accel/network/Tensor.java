package narrowband.accel.network;

/** What a layer yields for one image: the shape, the type of its codes and what a code is worth. */
public record Tensor(Shape shape, CodeType type, Scale scale) {
    public Tensor {
        if (!scale.hasOneStep() && scale.steps().size() != shape.channels()) {
            throw new IllegalArgumentException("a scale per channel needs %d steps, not %d"
                    .formatted(shape.channels(), scale.steps().size()));
        }
    }
}
