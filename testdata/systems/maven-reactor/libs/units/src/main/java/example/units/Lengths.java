package example.units;

/** Lengths of the British kind. */
public final class Lengths {
    private Lengths() {}

    /** The feet of a length in metres, rounded down. */
    public static long feet(double metres) {
        return (long) (metres / 0.3048);
    }
}
