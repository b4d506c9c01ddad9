# {{top}}: its clock, {{megahertz}} MHz.
create_clock -name clk -period {{period}} [get_ports {clk}]
