package narrowband.hdl.ir;

import java.util.Map;

/**
 * A module whose Verilog comes from elsewhere: a vendor's cell, an older design. Its instances are written, its own text is not.
 *
 * @param parameters Verilog parameters, each value as it stands in Verilog
 * @param clock the name of its clock port, or empty where it has none
 * @param reset the name of its reset port, or empty where it has none
 */
public record ExternalModule(Map<String, String> parameters, String clock, String reset) {}
