package narrowband.training.onnx;

/** What a tensor of an ONNX graph is here. */
sealed interface Value permits Value.Fixed, Value.Decision, Activation {
    /** A tensor whose numbers are known. */
    record Fixed(OnnxTensor tensor) implements Value {}

    /** Probabilities made of class scores, or the class itself: what integers tell from the scores alone. */
    record Decision(Activation scores) implements Value {}
}
