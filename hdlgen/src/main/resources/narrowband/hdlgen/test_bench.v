// {{top}}_tb
// Self-checking test bench: streams {{images}} images into {{top}} and compares every
// word that comes out, and the cycle in which it does, with what the integer reference
// and the cycle-exact simulator say. The words inside are watched too: for each FIFO that
// carries a layer's tensor a signature of all values, for every FIFO one of all cycles.
// Prints one line that begins with "narrowband:".
`default_nettype none

module {{top}}_tb;

    localparam IMAGE_WORDS = {{imageWords}};  // of all images
    localparam RESULT_WORDS = {{resultWords}};  // of all results
    localparam LAST_CYCLE = {{lastCycle}};  // gives up after this one

    reg clk = 1'b0;
    reg rst = 1'b1;

    reg [{{imageTop}}:0] image [0:IMAGE_WORDS - 1];
    reg [{{resultTop}}:0] expected [0:RESULT_WORDS - 1];
    reg [31:0] expected_cycle [0:RESULT_WORDS - 1];

    integer sent = 0;
    integer taken = 0;
    integer wrong = 0;  // words that differ
    integer late = 0;  // words in another cycle than expected
    integer unlike = 0;  // FIFOs whose signatures differ
    integer cycle = 0;

    wire image_valid = !rst && sent < IMAGE_WORDS;
    wire image_ready;
    wire [{{imageTop}}:0] image_word = image[sent < IMAGE_WORDS ? sent : 0];
    wire result_valid;
    wire [{{resultTop}}:0] result_word;
    wire result_last;

{{weightSource}}    {{top}} dut (
        .clk(clk),
        .rst(rst),
        .s_axis_tvalid(image_valid),
        .s_axis_tready(image_ready),
        .s_axis_tdata(image_word),
{{weightPorts}}{{loadPorts}}        .m_axis_tvalid(result_valid),
        .m_axis_tready(!rst),
        .m_axis_tdata(result_word),
        .m_axis_tlast(result_last)
    );

    // One step of a signature: rotate, then mix in 32 bits.
    function [31:0] mixed;
        input [31:0] signature;
        input [31:0] word;
        mixed = {signature[26:0], signature[31:27]} ^ word;
    endfunction

{{watches}}
    always #5 clk = !clk;

    initial begin
        $readmemh("tb_image.mem", image);
{{weightFile}}        $readmemh("tb_expected.mem", expected);
        $readmemh("tb_cycles.mem", expected_cycle);
        repeat (3) @(negedge clk);
        rst = 1'b0;
    end

    always @(posedge clk) begin
        if (!rst) begin
            cycle <= cycle + 1;
            if (image_valid && image_ready) sent <= sent + 1;
            if (result_valid) begin
                if (result_word !== expected[taken]
                        || result_last !== ((taken + 1) % ({{resultWords}} / {{images}}) == 0)) begin
                    wrong <= wrong + 1;
                    if (wrong < 8)
                        $display("result word %0d is %h, not %h", taken, result_word, expected[taken]);
                end
                if (cycle !== expected_cycle[taken]) begin
                    late <= late + 1;
                    if (late < 8)
                        $display("result word %0d comes in cycle %0d, not %0d", taken, cycle, expected_cycle[taken]);
                end
                taken <= taken + 1;
            end
            if (taken == RESULT_WORDS || cycle == LAST_CYCLE) begin
{{verdicts}}
                $display("narrowband: words %0d of %0d wrong %0d late %0d unlike %0d of {{channels}} cycles %0d",
                    taken, RESULT_WORDS, wrong, late, unlike, taken == RESULT_WORDS ? cycle : cycle + 1);
                $finish;
            end
        end
    end

endmodule

`default_nettype wire
