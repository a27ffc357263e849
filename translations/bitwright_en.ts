<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>FormatRows</name>
    <message numerus="yes">
        <source>%n format(s) fit in %1 bits per weight, best first</source>
        <translation>
            <numerusform>%n format fits in %1 bits per weight</numerusform>
            <numerusform>%n formats fit in %1 bits per weight, best first</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) left out. %1</source>
        <translation>
            <numerusform>%n layer left out. %1</numerusform>
            <numerusform>%n layers left out. %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocateController</name>
    <message numerus="yes">
        <source>Refined allocation %1, %n layer(s)</source>
        <translation>
            <numerusform>Refined allocation %1, %n layer</numerusform>
            <numerusform>Refined allocation %1, %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationBars</name>
    <message numerus="yes">
        <source>%n bits</source>
        <translation>
            <numerusform>%n bit</numerusform>
            <numerusform>%n bits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationDrag</name>
    <message numerus="yes">
        <source>Allocation %1, %n layer(s)</source>
        <translation>
            <numerusform>Allocation %1, %n layer</numerusform>
            <numerusform>Allocation %1, %n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationMeasured</name>
    <message numerus="yes">
        <source>%n layer(s) differ by more than three times: use measured damages.</source>
        <translation>
            <numerusform>%n layer differs by more than three times: use measured damages.</numerusform>
            <numerusform>%n layers differ by more than three times: use measured damages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationResults</name>
    <message numerus="yes">
        <source>Damage of %n format(s), %1</source>
        <translation>
            <numerusform>Damage of %n format, %1</numerusform>
            <numerusform>Damage of %n formats, %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationSettingsController</name>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::ChannelsPlot</name>
    <message numerus="yes">
        <source>%n output channels</source>
        <translation>
            <numerusform>%n output channel</numerusform>
            <numerusform>%n output channels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::CodebookView</name>
    <message numerus="yes">
        <source>%n level(s)</source>
        <translation>
            <numerusform>%n level</numerusform>
            <numerusform>%n levels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::EditController</name>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::ExponentPlot</name>
    <message numerus="yes">
        <source>%n bits</source>
        <translation>
            <numerusform>%n bit</numerusform>
            <numerusform>%n bits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::FormatController</name>
    <message numerus="yes">
        <source>Formats for all %n layer(s) of the model</source>
        <translation>
            <numerusform>Formats for the %n layer of the model</numerusform>
            <numerusform>Formats for all %n layers of the model</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::FormatPicker</name>
    <message numerus="yes">
        <source>The best formats of %n bits, with room for scales</source>
        <translation>
            <numerusform>The best formats of %n bit, with room for scales</numerusform>
            <numerusform>The best formats of %n bits, with room for scales</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Best at %n bits</source>
        <translation>
            <numerusform>Best at %n bit</numerusform>
            <numerusform>Best at %n bits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::HistogramPlot</name>
    <message numerus="yes">
        <source>%n levels</source>
        <translation>
            <numerusform>%n level</numerusform>
            <numerusform>%n levels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::LayerPanel</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n layers</source>
        <translation>
            <numerusform>%1 of %n layer</numerusform>
            <numerusform>%1 of %n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n more stay as they are</source>
        <translation>
            <numerusform>%1, %n more stays as it is</numerusform>
            <numerusform>%1, %n more stay as they are</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::LayerTableModel</name>
    <message numerus="yes">
        <source>%1
%2, %3, %n parameters</source>
        <translation>
            <numerusform>%1
%2, %3, %n parameter</numerusform>
            <numerusform>%1
%2, %3, %n parameters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::ListControl</name>
    <message numerus="yes">
        <source>%n values</source>
        <translation>
            <numerusform>%n value</numerusform>
            <numerusform>%n values</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::OpenController</name>
    <message numerus="yes">
        <source>Evaluation uses %1: %n sample(s).</source>
        <translation>
            <numerusform>Evaluation uses %1: %n sample.</numerusform>
            <numerusform>Evaluation uses %1: %n samples.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Bitwright opened the first of %n file(s). Two at a time are compared.</source>
        <translation>
            <numerusform>Bitwright opened the first of %n file. Two at a time are compared.</numerusform>
            <numerusform>Bitwright opened the first of %n files. Two at a time are compared.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::OutliersView</name>
    <message numerus="yes">
        <source>the %n largest weights</source>
        <translation>
            <numerusform>the largest weight</numerusform>
            <numerusform>the %n largest weights</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::RecipePanel</name>
    <message numerus="yes">
        <source>%n layers selected</source>
        <translation>
            <numerusform>%n layer selected</numerusform>
            <numerusform>%n layers selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the %n selected layers</source>
        <translation>
            <numerusform>the selected layer</numerusform>
            <numerusform>the %n selected layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>all %n layers of the model</source>
        <translation>
            <numerusform>the only layer of the model</numerusform>
            <numerusform>all %n layers of the model</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::StatusController</name>
    <message numerus="yes">
        <source>%1 and %n rule(s)</source>
        <translation>
            <numerusform>%1 and %n rule</numerusform>
            <numerusform>%1 and %n rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::SurveyController</name>
    <message numerus="yes">
        <source>All %n layer(s) of the model</source>
        <translation>
            <numerusform>The %n layer of the model</numerusform>
            <numerusform>All %n layers of the model</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::TotalsBar</name>
    <message numerus="yes">
        <source>%n jobs</source>
        <translation>
            <numerusform>%n job</numerusform>
            <numerusform>%n jobs</numerusform>
        </translation>
    </message>
</context>
</TS>
