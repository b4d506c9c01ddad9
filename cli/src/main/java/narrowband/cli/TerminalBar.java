package narrowband.cli;

import java.io.PrintStream;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar that shows how far work is; it goes to standard error and leaves nothing behind. */
final class TerminalBar {
    private static final int UPDATE_MILLIS = 200;

    private TerminalBar() {}

    static ProgressBar of(String task, long whole) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(whole)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .hideEta()
                .clearDisplayOnFinish()
                .setConsumer(new Line(new PrintStream(System.err, true)))
                .build();
    }

    /** The line of the bar, which is empty afterwards and the place of what is said next. */
    private static final class Line extends ConsoleProgressBarConsumer {
        private final PrintStream terminal;

        Line(PrintStream terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        public void close() {
            terminal.flush();
        }
    }

    /** What work is done with; it hears how much is done, from any thread. */
    interface Counted<T> {
        T run(IntConsumer done);
    }

    /** Runs work under a bar, or without one where there is no terminal. */
    static <T> T during(String task, long whole, Counted<T> work) {
        if (!Output.onTerminal()) {
            return work.run(_ -> {});
        }
        try (ProgressBar bar = of(task, whole)) {
            return work.run(_ -> bar.step());
        }
    }
}
