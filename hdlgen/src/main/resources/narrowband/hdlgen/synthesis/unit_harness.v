// {{harness}}
// {{unit}} between two shift registers, so that it can be placed and routed with a handful of pins.
`default_nettype none

module {{harness}} (
    input wire clk,
    input wire rst,
    input wire bit_in,
    input wire capture,
    output reg bit_out
);

    reg [{{lastIn}}:0] stimulus;
    wire [{{lastOut}}:0] response;
    reg [{{afterOut}}:0] captured;
    reg reset;
    reg captures;

    {{unit}} unit (
        {{connections}}
    );

    always @(posedge clk) begin
        reset <= rst;
        captures <= capture;
        stimulus <= {stimulus, bit_in};
        captured <= captures ? {1'b0, response} : {captured, 1'b0};
        bit_out <= captured[{{afterOut}}];
    end

endmodule

`default_nettype wire
