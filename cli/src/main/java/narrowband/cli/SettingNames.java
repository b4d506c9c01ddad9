package narrowband.cli;

import java.util.Iterator;
import narrowband.training.Recipe;

/** The settings of the method, for help texts and completion. */
final class SettingNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Recipe.settings().stream().map(name -> name + "=").iterator();
    }
}
