package narrowband.hdl.stream;

import java.util.Locale;
import narrowband.hdl.Bool;
import narrowband.hdl.Bundle;
import narrowband.hdl.Choice;
import narrowband.hdl.SInt;
import narrowband.hdl.UInt;
import narrowband.hdl.Value;
import narrowband.hdl.Vec;

/** What a type of words is called in the name of a module that carries them. */
final class WordName {
    private WordName() {}

    /** {@code 8}, {@code s8}, {@code bool}, {@code state}, {@code 4x8}, {@code complex16}: the width of a bundle tells apart its sizes. */
    static String of(Value<?> word) {
        return switch (word) {
            case UInt number -> String.valueOf(number.width());
            case SInt number -> "s" + number.width();
            case Bool truth -> "bool";
            case Choice<?> choice -> snakeCase(choice.type());
            case Vec<?> vec -> vec.size() + "x" + of(vec.get(0));
            case Bundle<?> bundle -> snakeCase(bundle.getClass()) + bundle.width();
        };
    }

    private static String snakeCase(Class<?> type) {
        return type.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
