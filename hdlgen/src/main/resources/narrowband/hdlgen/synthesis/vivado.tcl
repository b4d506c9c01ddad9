# Vivado, without a project: synthesises, places and routes {{top}} for {{part}}.
#   vivado -mode batch -source vivado.tcl
# Written, not run, by the people who made it: they have no Vivado.
set out vivado
file mkdir $out

read_verilog { {{sources}} }
read_xdc clock.xdc

# Out of context: the module goes into a larger design, so that its ports are no pins.
synth_design -top {{top}} -part {{target}} -mode out_of_context
write_checkpoint -force $out/synthesised.dcp
report_utilization -hierarchical -file $out/utilisation_synthesised.txt

opt_design
place_design
phys_opt_design
route_design
write_checkpoint -force $out/routed.dcp
report_utilization -hierarchical -file $out/utilisation.txt
report_timing_summary -max_paths 10 -file $out/timing.txt
report_power -file $out/power.txt

set slack [get_property SLACK [get_timing_paths -setup]]
puts "narrowband: {{megahertz}} MHz asked for, slack $slack ns"
