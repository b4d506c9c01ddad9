package narrowband.hdl;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** The components of a record that is a {@link Bundle}: read and put together by reflection, so that a bundle needs no code of its own. */
final class Components {
    private static final ClassValue<Components> KNOWN = new ClassValue<>() {
        @Override
        protected Components computeValue(Class<?> type) {
            return new Components(type);
        }
    };

    private final Class<?> type;
    private final List<String> names = new ArrayList<>();
    private final List<Method> accessors = new ArrayList<>();
    private final Constructor<?> constructor;

    private Components(Class<?> type) {
        this.type = type;
        Module.require(
                type.isRecord() && declaresItself(type),
                "class " + type.getSimpleName() + " is a Bundle of another type",
                "Say record " + type.getSimpleName() + "(...) implements Bundle<" + type.getSimpleName() + ">");
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            names.add(component.getName());
            types.add(component.getType());
            component.getAccessor().setAccessible(true);
            accessors.add(component.getAccessor());
        }
        try {
            constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has a canonical constructor", e);
        }
    }

    static Components of(Bundle<?> bundle) {
        return KNOWN.get(bundle.getClass());
    }

    private static boolean declaresItself(Class<?> type) {
        for (Type declared : type.getGenericInterfaces()) {
            if (declared instanceof ParameterizedType bundle && bundle.getRawType() == Bundle.class) {
                Type argument = bundle.getActualTypeArguments()[0];
                return argument == type
                        || argument instanceof ParameterizedType generic && generic.getRawType() == type;
            }
        }
        return true;
    }

    int size() {
        return names.size();
    }

    String name(int index) {
        return names.get(index);
    }

    String type() {
        return type.getSimpleName();
    }

    /** A component: a {@link Value}, or a parameter of the type. */
    Object value(Bundle<?> bundle, int index) {
        Object value = call(() -> accessors.get(index).invoke(bundle));
        boolean parameter = value instanceof Number
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof String
                || value instanceof Enum<?>;
        if (!(value instanceof Value<?>) && !parameter) {
            throw new ElaborationException(
                    "component " + name(index) + " of record " + type() + " is "
                            + (value == null ? "null" : "a " + value.getClass().getSimpleName())
                            + ", which is no hardware",
                    "Make it a UInt, SInt, Bool, Choice, Vec or Bundle");
        }
        return value;
    }

    /** A record with these components. */
    Bundle<?> build(Object[] parts) {
        return (Bundle<?>) call(() -> constructor.newInstance(parts));
    }

    private interface Call {
        Object run() throws ReflectiveOperationException;
    }

    private Object call(Call call) {
        try {
            return call.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("record " + type() + " cannot be taken apart", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("record " + type() + " cannot be taken apart", e);
        }
    }
}
