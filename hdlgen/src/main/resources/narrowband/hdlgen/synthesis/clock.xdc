# {{top}}: its clock, {{megahertz}} MHz. Pins are for the design around it to choose.
create_clock -name clk -period {{period}} [get_ports clk]
