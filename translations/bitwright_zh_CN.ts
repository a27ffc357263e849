<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Pictures</name>
    <message>
        <source>levels of channel %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>levels of block %1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is kept in its own type: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shares its weights with %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Searching the best exponent of %1…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::BottomDrawer</name>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Runs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problems (%1)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::CodebookView</name>
    <message>
        <source>Add level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cell</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1: %n level(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1: %n level(s), %2</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <comment>from, to</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::EditController</name>
    <message>
        <source>all layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <comment>edit, layers</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exponent %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clip %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New level %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level %1 removed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method %1 on %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snapshot %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::ErrorText</name>
    <message>
        <source>%1: %2</source>
        <comment>place and what happened there</comment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::EvaluateController</name>
    <message>
        <source>%1: %2 [%3, %4], n = %5</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing is open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights only: no graph to run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::ExportController</name>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrote %1: %2, read back and compared bit for bit. SHA-256 %3…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export report %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrote the report %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export recipe %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrote the recipe %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::GotoBox</name>
    <message>
        <source>Go to a layer or a command</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::InspectController</name>
    <message>
        <source>Select a layer to see its weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a layer to see its exponent curve.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a layer to see its levels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a layer to see its channels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select a layer to see its outliers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no exponent.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::LayerTableModel</name>
    <message>
        <source>kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1
%2, %3, %n parameter(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Kept in the file&apos;s own type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error of the quantized weights: RMSE / RMS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Being computed again for the changed recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>histogram of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the tensor in the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Histogram of the weights; sorts by kurtosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number format of the recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits per weight, with scales and tables</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>R</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signal to quantization noise, in dB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the tensor is for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shape</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sizes of each dimension</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight of the tails: 3 for a normal distribution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the weights farther than 3 standard deviations from the mean</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::LayerViewPage</name>
    <message>
        <source>Distribution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Channels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::MainActions</name>
    <message>
        <source>&amp;Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;sample</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose evaluation &amp;data…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save session &amp;as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Export model…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export as &amp;float…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export re&amp;port…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export re&amp;cipe…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset selected layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take &amp;snapshot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Evaluate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;top evaluating</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find layer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Go to anything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;About Bitwright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S&amp;napshots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure the float and the quantized model on the evaluation data (F5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::MainWindow</name>
    <message>
        <source>Tool bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs, runs and problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HDF5 reports (*.h5)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snapshot %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluation needs labelled data: a folder of images by class, IDX files, or safetensors with inputs and labels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose data…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shapes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A small image classifier, trained for Bitwright: see it, quantize it, measure it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>size, date</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose evaluation data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples (*.safetensors *.npz *.h5 *.hdf5 *.gz *-ubyte)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bitwright sessions (*.bitw)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export as float</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nudge the focused handle (Shift: coarse, Alt: fine)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next handle of a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put a drag back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snap to the optimum, or reset the zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right-click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type a value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom at the pointer (Ctrl: the other axis)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bitwright %1: a workbench for quantizing neural networks. Free software under the GPL, version 3 or later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No recent files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No snapshots yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::OpenController</name>
    <message>
        <source>Models, sessions and recipes (%1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Bitwright opened the first of %n file(s). Comparing two models is not built yet.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Look at %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open session %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The changes to %1 were not saved. Bitwright kept a copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not the file this session was made with: its content differs. Earlier results may not hold.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprint of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a recipe. Open a model first, then drop the recipe on it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply recipe %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is evaluation data. Open a model first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open data %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Evaluation uses %1: %n sample(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::SessionController</name>
    <message>
        <source>Save %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bitwright ended unexpectedly. The session of %1 was recovered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session has unsaved changes. Close the window once more to leave without saving; Bitwright keeps them for the next start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save and close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::ShortcutsOverlay</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>bw::StatusController</name>
    <message>
        <source>top-1 accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE / RMS over all quantized weights together. It measures the weights, not the answers of the model: a smaller error may still cost more accuracy. Evaluate to know.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n rule(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Recipe, %1: %2</source>
        <comment>place, problem</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layer %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>cannot write %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a size in the file is too large to be true</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an offset in the file is too large to be true</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the key &quot;%1&quot; occurs twice in one JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JSON is nested too deeply</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JSON is %1 long; at most %2 are read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JSON is malformed at %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot open %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cannot map %1 into memory: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a file of texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this may be one of a pair of IDX files; name both: IMAGES,LABELS</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is %1; this build reads data sets from safetensors files, IDX files and folders of pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is no data set: a safetensors file, a pair of IDX files or a folder is needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a number, or too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the layout &quot;%1&quot; is unknown; NCHW and NHWC are possible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the scale &quot;%1&quot; is not understood; write &quot;x/255&quot;, &quot;x*2&quot;, a number or &quot;none&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; holds a number that is not above zero</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the color &quot;%1&quot; is unknown; RGB, BGR and gray are possible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a list of texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the class &quot;%1&quot; is listed twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the description is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the description is %1 long; at most %2 are read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the folder cannot be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file has %1, too much for one picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dataset.json does not list this folder as a class</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the folder holds no data set: neither IDX files nor sub-folders with JPEG or PNG pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the picture has %1 by %2 pixels, but %3 has %4 by %5; all must have one size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 files that are no JPEG or PNG pictures are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is not enough memory to unpack the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the gzip data ends early; the file may be truncated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the gzip data is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is no IDX file: its header names an unknown type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file ends early; it may be truncated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file is too short for the sizes in its header; it may be truncated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file goes on after the values its header announces</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is no IDX file: it does not begin with two zero bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the header announces %1 dimensions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JPEG picture is damaged: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sample %1 has label %2, but the classes are 0 to %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the data set has no samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the samples have no values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>samples were asked for that the data set does not have</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there are %1 samples, but %2 labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the labels have shape %1; one whole number per sample is needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the labels are of type %1; whole numbers are needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the samples have shape %1; the first dimension must count them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No dataset.json says how the values are scaled; bytes are divided by 255.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; has %2 numbers, but the samples have %3 channels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is no JPEG or PNG picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the picture claims %1 by %2 pixels, which is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the picture has %1 by %2 pixels instead of %3 by %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the PNG picture is damaged: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dataset.json speaks of a tensor &quot;%1&quot;, but there is none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a data set needs a tensor called %1, but there is none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tensor %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no method &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantizing %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model does not return; restart Bitwright to run models again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The inference engine has been shut down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The thread for LibTorch cannot be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This build of Bitwright has no LibTorch engine (%1 is not beside the program), so it can neither open nor run TorchScript models. Build it with BITWRIGHT_WITH_TORCH=ON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The LibTorch engine %1 cannot be loaded: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits per code: n bits tell 2ⁿ levels apart.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bits must be 1 to 8, or 16, not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed integers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Equally spaced levels from −2^(b−1) to 2^(b−1)−1 times a scale; halves round away from zero.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bits must be 2 to 8, or 16, not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Symmetric integers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Equally spaced levels from −(2^(b−1)−1) to 2^(b−1)−1 times a scale; halves round away from zero.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no format family &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown number format &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown number format &quot;%1&quot;; did you mean %2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>block size &quot;%1&quot; must be between 1 and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the scale rule &quot;%1&quot; needs a number, as in %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown scale rule or scale type &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown scale rule or scale type &quot;%1&quot;; did you mean %2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a second scale rule or scale type: give one of each</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>block size %1 must be between 1 and %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no scale rule &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the clipping point %1 must be above 0 and at most 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no scale type &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>format &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown scaling or extra &quot;/%1&quot;: scaling is /t, /c or /b64</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown scaling or extra &quot;/%1&quot;; did you mean /%2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no scale, so it takes no scaling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no scale, so it takes no scale rule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>value %1 is not a finite number, so the tensor cannot be quantized</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the quantized tensor has no &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 values of type %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>scale %1 of the quantized tensor is not a usable number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be between %2 and %3, not %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be searched: give a value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be one of %2, not &quot;%3&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must have %2 to %3 numbers, not %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no parameter &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is no parameter &quot;%1&quot;; did you mean %2?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the quantized tensor has the code %1, but only %2 levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the quantized tensor has no dimension %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 bytes, not %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The largest magnitude of a group maps to the end of the grid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the largest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values beyond this share of the group&apos;s largest magnitude are clipped to the end of the grid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bfloat16</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>half precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>single precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round to nearest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every weight becomes the nearest level of its group&apos;s grid. Fast, needs no data, and is what other methods improve on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file does not exist</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file cannot be opened: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is a folder, not a file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is not a regular file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file cannot be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file became shorter while it was read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>file %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a GGUF model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an old GGML model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an HDF5 file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a NumPy array</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an old PyTorch checkpoint (Python pickle)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a Python pickle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a TensorFlow Lite model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a PyTorch mobile model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a gzip-compressed file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a Zstandard-compressed file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a tar archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a PLY point cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a Git LFS pointer, not the file it stands for; run &quot;git lfs pull&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a NumPy archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a PyTorch file (TorchScript or checkpoint)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a zip archive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an ONNX model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1-D convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2-D convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3-D convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>transposed convolution</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>embedding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>matrix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bias</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>normalization</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running statistic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is %1; this build opens only: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is not a model file of a known kind; this build opens: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tensor %1 is listed twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is given twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;weight_map&quot; is not a list of tensors and the files that hold them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index has %1 bytes; at most %2 are allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index lists no tensors (&quot;weight_map&quot; is missing or empty)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the shard name &quot;%1&quot; is not the plain name of a file in the same folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the shard &quot;%1&quot; is a link that leads out of the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This file is one part of a model. Open the file that ends in .safetensors.index.json to see all of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tensor %1 in %2 is skipped, because the index does not list it there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the index says that this file holds the tensor, but it does not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>safetensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its values are of type %1, not floating-point numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has no values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has fewer than two dimensions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is no weight of a layer, but: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>two tensors are called %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file was changed while it was opened</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>values of type %1 cannot be read by this build</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the element type &quot;%1&quot; is unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the header is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;__metadata__&quot; holds something other than texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;dtype&quot; is not a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;shape&quot; is not a list of whole numbers of zero or more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;data_offsets&quot; is not a list of two whole numbers of zero or more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the header entry is not a JSON object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the metadata entry &quot;%1&quot; is given twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the tensor has too many dimensions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its data ends before it begins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its data ends at byte %1, but the file has only %2 bytes of data; it may be truncated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shape %1 of type %2 needs %3 bytes, but its data has %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its data overlaps that of another tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bytes before its data belong to no tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bytes at the end of the file belong to no tensor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the name is given to two tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not valid UTF-8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file is too short for a safetensors file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the header claims %1 bytes; at most %2 are allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the header claims %1 bytes, but only %2 follow; the file may be truncated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the JSON is malformed at byte %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the pattern is %1 characters long; at most %2 are allowed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the pattern &quot;%1&quot; uses a back-reference, which is not supported</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a valid regular expression: check its brackets, and write a literal . ( ) [ ] * + ? as \. \( …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rule %1 &quot;%2&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kept: it holds no values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no layer&apos;s name matches &quot;%1&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no layer&apos;s name matches &quot;%1&quot;; the nearest is &quot;%2&quot;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recipe, at %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an object {…} is expected here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown key &quot;%1&quot;; valid keys are %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown key &quot;%1&quot;; did you mean &quot;%2&quot;?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a text in quotes is expected, not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a number, a text, a list of numbers or null is expected, not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown method &quot;%1&quot;; valid methods are %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown method &quot;%1&quot;; did you mean &quot;%2&quot;?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the key &quot;match&quot; is missing: the pattern of the layer names this rule is for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this is no recipe: the key &quot;%1&quot; is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be the number %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the recipe is of version %1; this program reads version %2: a newer Bitwright is needed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a list […] of at most %1 rules is expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a whole number from 0 is expected, not %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a histogram cannot have %1 bins; 1 to %2 are possible</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a histogram cannot reach from %1 to %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the value %1 lies outside the histogram, which reaches from %2 to %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a logarithmic histogram has 1 to %1 bins per octave, not %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a dimension is negative</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version cannot open TorchScript models yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory for this job.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault of this program stopped the job: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
