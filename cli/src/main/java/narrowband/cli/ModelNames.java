package narrowband.cli;

import java.util.Iterator;
import narrowband.training.net.Models;

/** The networks that are known by name, for help texts and completion. */
final class ModelNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Models.names().iterator();
    }
}
