<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FormatRows</name>
    <message>
        <source>tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>输出通道</translation>
    </message>
    <message>
        <source>block of %1</source>
        <translation>%1 个权重的块</translation>
    </message>
    <message>
        <source>Levels per %1 · %2</source>
        <comment>group, type</comment>
        <translation>每个%1一组电平 · %2</translation>
    </message>
    <message>
        <source>Scale per %1 · %2 · %3</source>
        <comment>group, rule, type</comment>
        <translation>每个%1一个缩放因子 · %2 · %3</translation>
    </message>
    <message>
        <source>Measuring formats…</source>
        <translation>正在测量格式…</translation>
    </message>
    <message>
        <source>Stopped; the list has gaps.</source>
        <translation>已停止；列表不完整。</translation>
    </message>
    <message>
        <source>measured on all %1 weights</source>
        <translation>在全部 %1 个权重上测得</translation>
    </message>
    <message>
        <source>measured on %1 of %2 weights (≈)</source>
        <translation>在 %2 个权重中的 %1 个上测得（≈）</translation>
    </message>
    <message>
        <source>ranked on %1 of %2 weights (≈), the best then measured on all</source>
        <translation>先在 %2 个权重中的 %1 个上排名（≈），最好的再在全部权重上测量</translation>
    </message>
    <message>
        <source>With the layer&apos;s bits and scales as far as a family takes them; %1.</source>
        <translation>尽可能沿用该层的位数和缩放；%1。</translation>
    </message>
    <message numerus="yes">
        <source>%n format(s) fit in %1 bits per weight, best first</source>
        <translation>
            <numerusform>%n 种格式不超过每权重 %1 位，最好的在前</numerusform>
        </translation>
    </message>
    <message>
        <source>%1; %2.</source>
        <comment>how many formats fit; what they were measured on</comment>
        <translation>%1；%2。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>layer, why</comment>
        <translation>%1：%2</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) left out. %1</source>
        <translation>
            <numerusform>略去 %n 层。%1</numerusform>
        </translation>
    </message>
    <message>
        <source>scales as %1</source>
        <translation>缩放因子存为%1</translation>
    </message>
    <message>
        <source>%1 under all block sizes and scale types</source>
        <translation>%1：所有块大小和缩放因子类型</translation>
    </message>
</context>
<context>
    <name>Pictures</name>
    <message>
        <source>levels of channel %1 of %2</source>
        <translation>第 %1 个通道（共 %2 个）的电平</translation>
    </message>
    <message>
        <source>levels of block %1 of %2</source>
        <translation>第 %1 个块（共 %2 个）的电平</translation>
    </message>
    <message>
        <source>%1 error</source>
        <translation>误差 %1</translation>
    </message>
    <message>
        <source>%1 is kept in its own type: %2</source>
        <translation>%1 保留原有类型：%2</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>正在读取 %1…</translation>
    </message>
    <message>
        <source>Shares its weights with %1</source>
        <translation>与 %1 共用权重</translation>
    </message>
    <message>
        <source>Searching the best exponent of %1…</source>
        <translation>正在搜索 %1 的最佳幂指数…</translation>
    </message>
    <message>
        <source>Largest difference in shares below any value (Kolmogorov-Smirnov): %1</source>
        <translation>任一数值以下所占比例的最大差异（Kolmogorov-Smirnov）：%1</translation>
    </message>
    <message>
        <source>The tails are heavier than those of any distribution that was tried.</source>
        <translation>尾部比所尝试的任何分布都更重。</translation>
    </message>
    <message>
        <source>%1 of the weights are 0 and count as a share of their own.</source>
        <translation>%1 的权重为 0，单独计为一部分。</translation>
    </message>
</context>
<context>
    <name>budget</name>
    <message>
        <source>half</source>
        <translation>一半</translation>
    </message>
    <message>
        <source>third</source>
        <translation>三分之一</translation>
    </message>
    <message>
        <source>quarter</source>
        <translation>四分之一</translation>
    </message>
    <message>
        <source>eighth</source>
        <translation>八分之一</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no budget. Type bits per weight (4.1 bits), a size (3.2 GB), a share (25 %) or half.</source>
        <translation>“%1”不是预算。请输入每权重比特数（4.1 比特）、大小（3.2 GB）、比例（25 %）或一半。</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 比特</translation>
    </message>
</context>
<context>
    <name>bw::AllocateController</name>
    <message>
        <source>damages have to be computed first</source>
        <translation>须先计算损害</translation>
    </message>
    <message>
        <source>this file holds weights only: there is nothing to run</source>
        <translation>该文件只含权重：没有可运行的模型</translation>
    </message>
    <message>
        <source>calibration data is needed</source>
        <translation>需要校准数据</translation>
    </message>
    <message>
        <source>a job is running</source>
        <translation>有任务正在运行</translation>
    </message>
    <message>
        <source>Refine the allocation of %1</source>
        <translation>细化 %1 的分配</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message numerus="yes">
        <source>Refined allocation %1, %n layer(s)</source>
        <translation>
            <numerusform>细化的分配 %1，%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>Measured as a whole, no nearby allocation is better than this one.</source>
        <translation>整体实测，附近没有比它更好的分配。</translation>
    </message>
    <message>
        <source>Refined: the best measured as a whole was %1.</source>
        <translation>已细化：整体实测最好的是 %1。</translation>
    </message>
    <message>
        <source>Allocation %1</source>
        <translation>分配 %1</translation>
    </message>
    <message>
        <source>Snapshot %1</source>
        <translation>快照 %1</translation>
    </message>
    <message>
        <source>Set to %1 as soon as it is known what each format costs.</source>
        <translation>一旦知道各格式的代价，就设为 %1。</translation>
    </message>
</context>
<context>
    <name>bw::AllocationBars</name>
    <message>
        <source>Bits of each layer</source>
        <translation>每层的比特数</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>至多</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message numerus="yes">
        <source>%n bits</source>
        <translation>
            <numerusform>%n 位</numerusform>
        </translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Lock to %1</source>
        <translation>锁定为 %1</translation>
    </message>
    <message>
        <source>Untie</source>
        <translation>解除绑定</translation>
    </message>
    <message>
        <source>Tie with selected: all get the same format</source>
        <translation>与所选层绑定：都用同一格式</translation>
    </message>
    <message>
        <source>Quantize again</source>
        <translation>重新量化</translation>
    </message>
    <message>
        <source>Exclude: leave as it is</source>
        <translation>排除：保持原样</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1，%2 比特</translation>
    </message>
</context>
<context>
    <name>bw::AllocationDrag</name>
    <message numerus="yes">
        <source>Allocation %1, %n layer(s)</source>
        <translation>
            <numerusform>分配 %1，%n 层</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::AllocationInputs</name>
    <message>
        <source>How damage is predicted</source>
        <translation>如何预测损害</translation>
    </message>
    <message>
        <source>File the formats must suit</source>
        <translation>格式须适用的文件</translation>
    </message>
    <message>
        <source>Damages computed</source>
        <translation>已计算的损害</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Damage by</source>
        <translation>损害依据</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Choose calibration data…</source>
        <translation>选择校准数据…</translation>
    </message>
    <message>
        <source>Calibration data: samples that damages are computed from. Never the ones accuracy is measured on</source>
        <translation>校准数据：用来计算损害的样本，绝不是测量准确率所用的样本</translation>
    </message>
    <message>
        <source>Calibration data: %1</source>
        <translation>校准数据：%1</translation>
    </message>
    <message>
        <source>⟳ Compute damages again</source>
        <translation>⟳ 重新计算损害</translation>
    </message>
    <message>
        <source>Compute damages</source>
        <translation>计算损害</translation>
    </message>
    <message>
        <source>written as</source>
        <translation>写为</translation>
    </message>
    <message>
        <source>Choose importance matrix…</source>
        <translation>选择重要性矩阵…</translation>
    </message>
    <message>
        <source>Importance matrix: how large the inputs of each column are, as llama.cpp&apos;s imatrix tool wrote it (.dat or .gguf)</source>
        <translation>重要性矩阵：每一列输入的大小，由 llama.cpp 的 imatrix 工具写出（.dat 或 .gguf）</translation>
    </message>
    <message>
        <source>Importance matrix: %1</source>
        <translation>重要性矩阵：%1</translation>
    </message>
</context>
<context>
    <name>bw::AllocationMeasured</name>
    <message>
        <source>Measured KL %1 [%2, %3] against %4 predicted: single-layer damages do not add up here. Refine the allocation, or measure each layer.</source>
        <translation>实测 KL %1 [%2, %3]，预测 %4：此处单层损害不可相加。请细化分配，或逐层实测。</translation>
    </message>
    <message>
        <source>this build cannot</source>
        <translation>此版本无法做到</translation>
    </message>
    <message>
        <source>damages are being computed</source>
        <translation>正在计算损害</translation>
    </message>
    <message>
        <source>The prediction is made of what was measured, one layer at a time.</source>
        <translation>预测即由逐层实测的结果得出。</translation>
    </message>
    <message>
        <source>Nothing was measured one layer at a time yet.</source>
        <translation>尚未逐层实测。</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s) differ by more than three times: use measured damages.</source>
        <translation>
            <numerusform>%n 层相差三倍以上：请使用实测损害。</numerusform>
        </translation>
    </message>
    <message>
        <source>No layer differs by more than three times.</source>
        <translation>没有相差三倍以上的层。</translation>
    </message>
    <message>
        <source>float: %1, n = %2, %3</source>
        <translation>浮点：%1，n = %2，%3</translation>
    </message>
    <message>
        <source>%1, float %2</source>
        <comment>accuracy of the quantized and of the float model</comment>
        <translation>%1，浮点 %2</translation>
    </message>
    <message>
        <source>Measured with an earlier recipe. Measure again.</source>
        <translation>用较早的方案测得。请重新测量。</translation>
    </message>
    <message>
        <source>It is not known yet what each format costs.</source>
        <translation>尚不知道每种格式的代价。</translation>
    </message>
</context>
<context>
    <name>bw::AllocationModel</name>
    <message>
        <source>excluded: stays as it is</source>
        <translation>已排除：保持原样</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>tied (group %1)</source>
        <translation>已绑定（第 %1 组）</translation>
    </message>
    <message>
        <source>at least %1 bits</source>
        <translation>至少 %1 比特</translation>
    </message>
    <message>
        <source>at most %1 bits</source>
        <translation>至多 %1 比特</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>not locked</source>
        <translation>未锁定</translation>
    </message>
    <message>
        <source>%1: %2 bits, %3</source>
        <translation>%1：%2 比特，%3</translation>
    </message>
    <message>
        <source>Locked layers keep their format whatever the budget</source>
        <translation>无论预算如何，锁定的层都保持其格式</translation>
    </message>
    <message>
        <source>Bits per weight, scales and tables counted. Drag a bar to give the layer a format and lock it. The warmer the colour, the more of the damage this layer does; the thin bar underneath is its share of the model&apos;s size</source>
        <translation>每权重比特数，计入缩放因子和表。拖动条形可为该层指定格式并锁定。颜色越暖，该层造成的损害越大；下方细条是它在模型大小中所占的比例</translation>
    </message>
    <message>
        <source>Share of the model&apos;s size</source>
        <translation>在模型大小中所占的比例</translation>
    </message>
    <message>
        <source>Predicted damage of this layer alone</source>
        <translation>仅此层的预测损害</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Damage</source>
        <translation>损害</translation>
    </message>
</context>
<context>
    <name>bw::AllocationPresenter</name>
    <message>
        <source>Open a model to allocate its bits.</source>
        <translation>打开一个模型以分配比特。</translation>
    </message>
    <message>
        <source>No layer of this model can be quantized, so there is nothing to allocate: formats need weights of two dimensions or more.</source>
        <translation>该模型没有可量化的层，因此无可分配：格式需要二维或更高维的权重。</translation>
    </message>
    <message>
        <source>Computing what each format costs each layer…</source>
        <translation>正在计算每种格式对每层的代价…</translation>
    </message>
    <message>
        <source>Compute damages to see which formats are worth their size.</source>
        <translation>计算损害，看看哪些格式值得其大小。</translation>
    </message>
    <message>
        <source>measured KL to float, nats</source>
        <translation>实测相对浮点的 KL，奈特</translation>
    </message>
</context>
<context>
    <name>bw::AllocationResults</name>
    <message>
        <source>nothing is open</source>
        <translation>没有打开任何模型</translation>
    </message>
    <message>
        <source>no layer of this model can be quantized</source>
        <translation>该模型没有可量化的层</translation>
    </message>
    <message>
        <source>this file holds weights only, and the sensitivity runs the model</source>
        <translation>该文件只含权重，而此敏感度需要运行模型</translation>
    </message>
    <message>
        <source>calibration data is needed</source>
        <translation>需要校准数据</translation>
    </message>
    <message>
        <source>at least two formats are needed to choose from</source>
        <translation>至少需要两种可选格式</translation>
    </message>
    <message numerus="yes">
        <source>Damage of %n format(s), %1</source>
        <translation>
            <numerusform>%n 种格式的损害，%1</numerusform>
        </translation>
    </message>
    <message>
        <source>an importance matrix is needed: a file of llama.cpp&apos;s imatrix tool</source>
        <translation>需要重要性矩阵：llama.cpp 的 imatrix 工具写出的文件</translation>
    </message>
</context>
<context>
    <name>bw::AllocationSettingsController</name>
    <message>
        <source>Exclude %1</source>
        <translation>排除 %1</translation>
    </message>
    <message>
        <source>Quantize %1 again</source>
        <translation>重新量化 %1</translation>
    </message>
    <message>
        <source>Limit of %1</source>
        <translation>%1 的限制</translation>
    </message>
    <message>
        <source>Damage by %1</source>
        <translation>损害依据 %1</translation>
    </message>
    <message>
        <source>Allocation for %1</source>
        <translation>为 %1 分配</translation>
    </message>
    <message>
        <source>Formats to choose from</source>
        <translation>可选格式</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>Lock %1</source>
        <translation>锁定 %1</translation>
    </message>
    <message>
        <source>Unlock %1</source>
        <translation>解锁 %1</translation>
    </message>
    <message>
        <source>Tie %1</source>
        <translation>绑定 %1</translation>
    </message>
    <message>
        <source>Untie %1</source>
        <translation>解除绑定 %1</translation>
    </message>
    <message>
        <source>Format %1 to choose from</source>
        <translation>可选格式 %1</translation>
    </message>
    <message>
        <source>Calibration data %1</source>
        <translation>校准数据 %1</translation>
    </message>
    <message>
        <source>Importance matrix %1</source>
        <translation>重要性矩阵 %1</translation>
    </message>
</context>
<context>
    <name>bw::AllocationText</name>
    <message>
        <source>Measured KL to float</source>
        <translation>实测相对浮点的 KL</translation>
    </message>
    <message>
        <source>top-1 %1, n = %2</source>
        <translation>top-1 %1，n = %2</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>%1 [%2, %3]</source>
        <translation>%1 [%2, %3]</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 个百分点</translation>
    </message>
    <message>
        <source>another format</source>
        <translation>其他格式</translation>
    </message>
    <message>
        <source>It runs the model, and this file holds weights only.</source>
        <translation>它需要运行模型，而该文件只含权重。</translation>
    </message>
    <message>
        <source>It holds float values whatever their format, so no format makes it smaller.</source>
        <translation>无论何种格式它都存浮点值，因此没有格式能使它变小。</translation>
    </message>
    <message>
        <source>%1 of %2 %3</source>
        <translation>%1 / %2 %3</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>Damages cannot be computed: %1.</source>
        <translation>无法计算损害：%1。</translation>
    </message>
    <message>
        <source>Weights only: without a graph the model cannot be run, so damage is the error of the weights, as if all layers bore it equally. Open a TorchScript model for real damage.</source>
        <translation>只有权重：没有计算图就不能运行模型，因此损害只是权重的误差，仿佛各层承受力相同。打开 TorchScript 模型可得到真实的损害。</translation>
    </message>
    <message>
        <source>Weight error only; give calibration data for real damage.</source>
        <translation>仅为权重误差；提供校准数据可得到真实的损害。</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1，%2 比特</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Predicted damage</source>
        <translation>预计损害</translation>
    </message>
    <message>
        <source>Top-1 accuracy</source>
        <translation>Top-1 准确率</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 比特</translation>
    </message>
    <message>
        <source>%1 and %2 tied</source>
        <translation>%1 及绑定的 %2 层</translation>
    </message>
    <message>
        <source>predicted KL to float, nats</source>
        <translation>预测相对浮点的 KL，奈特</translation>
    </message>
    <message>
        <source>predicted damage: %1</source>
        <translation>预测损害：%1</translation>
    </message>
    <message>
        <source>this format for every layer</source>
        <translation>每层都用此格式</translation>
    </message>
    <message>
        <source>+%1 bits here bought %2 %3</source>
        <comment>bits, damage, unit</comment>
        <translation>这里 +%1 比特换来了 %2 %3</translation>
    </message>
    <message>
        <source>+%1 bits here buy %2 %3, more for their size than anywhere else</source>
        <translation>这里 +%1 比特可换来 %2 %3，按大小计比别处都多</translation>
    </message>
    <message>
        <source>+%1 bits here would buy %2 %3</source>
        <translation>这里 +%1 比特可换来 %2 %3</translation>
    </message>
    <message>
        <source>Every layer starts with its smallest format: %1, damage %2</source>
        <translation>每层从最小的格式开始：%1，损害 %2</translation>
    </message>
    <message>
        <source>Step %1 of %2: %3, %4 → %5. It saves %6, the most for its size of all steps left</source>
        <translation>第 %1 步，共 %2 步：%3，%4 → %5。它减少 %6，在剩余各步中按大小计最多</translation>
    </message>
    <message>
        <source>Prediction and measurement differ by more than three times: use measured damages, or refine the allocation</source>
        <translation>预测与实测相差三倍以上：请使用实测损害，或细化分配</translation>
    </message>
    <message>
        <source>KL</source>
        <comment>unit of damage</comment>
        <translation>KL</translation>
    </message>
    <message>
        <source>That is all these formats can use: every layer has its largest one.</source>
        <translation>这些格式只能用到这么多：每一层都已是最大的格式。</translation>
    </message>
    <message>
        <source>These formats come no closer from below: the next step, %1 from %2 to %3, makes it %4 (%5). More formats to choose from help.</source>
        <translation>用这些格式从下方无法更接近：下一步将 %1 从 %2 变为 %3，大小就成为 %4（%5）。增加可选格式会有帮助。</translation>
    </message>
</context>
<context>
    <name>bw::AllocationView</name>
    <message>
        <source>Next steps</source>
        <translation>后续步骤</translation>
    </message>
    <message>
        <source>Predicted and measured</source>
        <translation>预测与实测</translation>
    </message>
    <message>
        <source>A and B</source>
        <translation>A 与 B</translation>
    </message>
    <message>
        <source>The next steps, the one that saves the most first</source>
        <translation>后续步骤，收益最大的在前</translation>
    </message>
    <message>
        <source>Predicted and measured damage of each layer</source>
        <translation>每层的预测与实测损害</translation>
    </message>
    <message>
        <source>Measure each layer</source>
        <translation>逐层实测</translation>
    </message>
    <message>
        <source>Refine</source>
        <translation>细化</translation>
    </message>
    <message>
        <source>Measure nearby allocations of the same size as a whole, and keep the best: minutes for a small model</source>
        <translation>整体实测大小相同的附近分配并保留最好的：小模型需几分钟</translation>
    </message>
    <message>
        <source>Quantize one layer at a time, run the model, and see what it does: slow, and the truth</source>
        <translation>每次只量化一层，运行模型看其影响：慢，但真实</translation>
    </message>
</context>
<context>
    <name>bw::BottomDrawer</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>评估记录</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Problems (%1)</source>
        <translation>问题（%1）</translation>
    </message>
</context>
<context>
    <name>bw::BudgetEditor</name>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Predicted damage</source>
        <translation>预计损害</translation>
    </message>
    <message>
        <source>Measured accuracy</source>
        <translation>实测准确率</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>Budget as text</source>
        <translation>以文字输入预算</translation>
    </message>
    <message>
        <source>4.1 bits, 3.2 GB, 25 %, half</source>
        <translation>4.1 比特、3.2 GB、25 %、一半</translation>
    </message>
    <message>
        <source>Bits per weight, a size, a share of the model&apos;s own size, or half; Enter</source>
        <translation>每权重比特数、大小、占模型原大小的比例，或一半；按回车</translation>
    </message>
    <message>
        <source>Half</source>
        <translation>一半</translation>
    </message>
    <message>
        <source>Quarter</source>
        <translation>四分之一</translation>
    </message>
    <message>
        <source>%1 of the model&apos;s own size</source>
        <translation>模型原大小的 %1</translation>
    </message>
    <message>
        <source>Budget: %1 of the model&apos;s own size</source>
        <translation>预算：模型原大小的 %1</translation>
    </message>
    <message>
        <source>Share of the evaluation samples the quantized model gets right, with its 95 % interval. Measuring runs the model on all of them.</source>
        <translation>量化模型答对的评估样本所占比例及其 95 % 区间。测量会在全部样本上运行模型。</translation>
    </message>
    <message>
        <source>correct / n, Wilson interval</source>
        <translation>正确数 / n，Wilson 区间</translation>
    </message>
    <message>
        <source>The inputs have changed since the damages were computed.</source>
        <translation>计算损害之后输入已改变。</translation>
    </message>
    <message>
        <source>The damages of all layers at their formats, added up. Interactions between layers are left out; below three bits they matter. Measure to know.</source>
        <translation>各层在其格式下的损害之和。未计层间相互作用；低于三比特时它们很重要。实测才能确知。</translation>
    </message>
    <message>
        <source>Run the float model and this allocation on the evaluation data, in the background</source>
        <translation>在后台用评估数据运行浮点模型和此分配</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>The file that is exported, all of it: codes, scales and tables, layers that stay as they are, and the header with names and recipe.</source>
        <translation>导出的整个文件：编码、缩放和表，保持原样的层，以及含名称和配方的文件头。</translation>
    </message>
    <message>
        <source>header + Σ bits / 8</source>
        <translation>文件头 + Σ 位数 / 8</translation>
    </message>
    <message>
        <source>%1 → %2 (%3)</source>
        <comment>size before and now, share of it</comment>
        <translation>%1 → %2（%3）</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>number, unit</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Stop measuring</source>
        <translation>停止测量</translation>
    </message>
    <message>
        <source>Stop; nothing is kept of this measurement</source>
        <translation>停止；不保留这次测量的任何结果</translation>
    </message>
    <message>
        <source>after each change</source>
        <translation>每次更改后</translation>
    </message>
    <message>
        <source>Measure after each change</source>
        <translation>每次更改后测量</translation>
    </message>
    <message>
        <source>Once something was measured: measure again by itself, in the background, when the budget, a bar or a lock has changed</source>
        <translation>测量过一次之后：预算、条形或锁定更改时，在后台自动重新测量</translation>
    </message>
</context>
<context>
    <name>bw::ChannelsPlot</name>
    <message>
        <source>Show all channels (Home)</source>
        <translation>显示全部通道（Home）</translation>
    </message>
    <message>
        <source>Range of each output channel</source>
        <translation>每个输出通道的取值范围</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>输出通道</translation>
    </message>
    <message>
        <source>Select a layer to see the range of each of its output channels.</source>
        <translation>选择一层以查看其每个输出通道的取值范围。</translation>
    </message>
    <message numerus="yes">
        <source>%n output channels</source>
        <translation>
            <numerusform>%n 个输出通道</numerusform>
        </translation>
    </message>
    <message>
        <source>%1; several share a pixel, zoom in to part them</source>
        <translation>%1；多个通道共用一个像素，放大即可分开</translation>
    </message>
    <message>
        <source>min … max</source>
        <translation>最小值 … 最大值</translation>
    </message>
    <message>
        <source>± RMS</source>
        <translation>± 均方根</translation>
    </message>
    <message>
        <source>channel %1</source>
        <translation>通道 %1</translation>
    </message>
    <message>
        <source>max</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>min</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>RMS</source>
        <translation>均方根</translation>
    </message>
</context>
<context>
    <name>bw::ChipList</name>
    <message>
        <source>Add a format</source>
        <translation>添加格式</translation>
    </message>
    <message>
        <source>Leave %1 out</source>
        <translation>去掉 %1</translation>
    </message>
    <message>
        <source>type a format, such as int4/b64</source>
        <translation>输入格式，例如 int4/b64</translation>
    </message>
    <message>
        <source>A format to add</source>
        <translation>要添加的格式</translation>
    </message>
</context>
<context>
    <name>bw::CodebookView</name>
    <message>
        <source>Level</source>
        <translation>电平</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Cell</source>
        <translation>区间</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Share of the error</source>
        <translation>误差占比</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>电平</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <comment>from, to</comment>
        <translation>%1 … %2</translation>
    </message>
    <message>
        <source>Add a level where the error is largest</source>
        <translation>在误差最大处添加一个电平</translation>
    </message>
    <message numerus="yes">
        <source>%n level(s)</source>
        <translation>
            <numerusform>%n 个电平</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>so many levels, whose</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Remove the selected level (Delete)</source>
        <translation>移除所选电平（Delete）</translation>
    </message>
    <message>
        <source>Make these levels a codebook of your own, to be changed one by one</source>
        <translation>把这些电平变成您自己的码本，可逐个修改</translation>
    </message>
    <message>
        <source>Type a value</source>
        <translation>输入数值</translation>
    </message>
    <message>
        <source>Add a level after it</source>
        <translation>在其后添加电平</translation>
    </message>
    <message>
        <source>Remove this level</source>
        <translation>移除此电平</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Edit levels</source>
        <translation>编辑级别</translation>
    </message>
</context>
<context>
    <name>bw::CompareModel</name>
    <message>
        <source>What</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B: now</source>
        <translation>B：当前</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差别</translation>
    </message>
</context>
<context>
    <name>bw::ComparePanel</name>
    <message>
        <source>Keep this as A</source>
        <translation>保留为 A</translation>
    </message>
    <message>
        <source>A and B, and how they differ</source>
        <translation>A 与 B 及其差别</translation>
    </message>
    <message>
        <source>Allocation A</source>
        <translation>分配 A</translation>
    </message>
    <message>
        <source>Take a snapshot of the recipe, and compare later ones with it</source>
        <translation>为方案拍快照，以便与之后的比较</translation>
    </message>
    <message>
        <source>A:</source>
        <translation>A：</translation>
    </message>
    <message>
        <source>Keep an allocation as A, then change the budget: this table says what differs.</source>
        <translation>将一个分配保留为 A，再改变预算：此表列出差别。</translation>
    </message>
</context>
<context>
    <name>bw::DamageModel</name>
    <message>
        <source>× %1</source>
        <translation>× %1</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>Predicted / measured</source>
        <translation>预测 / 实测</translation>
    </message>
</context>
<context>
    <name>bw::DiffController</name>
    <message>
        <source>Comparing…</source>
        <translation>正在比较…</translation>
    </message>
    <message>
        <source>Compare %1 with %2</source>
        <translation>比较 %1 与 %2</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Comparing: %1, %2 left</source>
        <translation>正在比较：%1，剩余 %2</translation>
    </message>
    <message>
        <source>Comparing: %1</source>
        <translation>正在比较：%1</translation>
    </message>
    <message>
        <source>No tensor of one could be held against one of the other.</source>
        <translation>两个模型中没有可以相互对照的张量。</translation>
    </message>
    <message>
        <source>Over all values both have: R %1, %2 dB, largest difference %3</source>
        <translation>两者共有的全部数值：R %1，%2 dB，最大差异 %3</translation>
    </message>
    <message>
        <source>Choose a tensor to see its values in both models.</source>
        <translation>选择一个张量，查看它在两个模型中的数值。</translation>
    </message>
    <message>
        <source>%1, R %2</source>
        <translation>%1，R %2</translation>
    </message>
    <message>
        <source>Counting…</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>%1 · %2 · %3 values</source>
        <comment>file name, kind of file, number</comment>
        <translation>%1 · %2 · %3 个数值</translation>
    </message>
</context>
<context>
    <name>bw::DiffModel</name>
    <message>
        <source>Root mean square of the differences, as a share of A&apos;s own</source>
        <translation>差异的均方根，占 A 自身均方根的比例</translation>
    </message>
    <message>
        <source>Tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值个数</translation>
    </message>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>SQNR, dB</source>
        <translation>SQNR（dB）</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Largest Δ</source>
        <translation>最大 Δ</translation>
    </message>
</context>
<context>
    <name>bw::DiffView</name>
    <message>
        <source>Swap A and B</source>
        <translation>交换 A 与 B</translation>
    </message>
    <message>
        <source>Close comparison</source>
        <translation>关闭比较</translation>
    </message>
    <message>
        <source>Filter tensors</source>
        <translation>筛选张量</translation>
    </message>
    <message>
        <source>Filter tensors by name</source>
        <translation>按名称筛选张量</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Back to where you were (Esc)</source>
        <translation>回到之前的位置 (Esc)</translation>
    </message>
    <message>
        <source>Tensors of both models</source>
        <translation>两个模型的张量</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>number, verdict</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Show or hide these tensors</source>
        <translation>显示或隐藏这些张量</translation>
    </message>
</context>
<context>
    <name>bw::DropZone</name>
    <message>
        <source>Drop a model here</source>
        <translation>把模型拖到这里</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>打开模型…</translation>
    </message>
    <message>
        <source>TorchScript, PyTorch, safetensors, GGUF, ONNX, HDF5, NumPy, or a saved session; two models are compared. With a model open, a folder of images or a data file becomes its evaluation data.</source>
        <translation>TorchScript、PyTorch、safetensors、GGUF、ONNX、HDF5、NumPy 或已保存的会话；两个模型则进行比较。打开模型后，图片文件夹或数据文件会成为其评估数据。</translation>
    </message>
</context>
<context>
    <name>bw::EditController</name>
    <message>
        <source>all layers</source>
        <translation>所有层</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <comment>edit, layers</comment>
        <translation>%2：%1</translation>
    </message>
    <message>
        <source>Format %1</source>
        <translation>格式 %1</translation>
    </message>
    <message>
        <source>Exponent %1</source>
        <translation>幂指数 %1</translation>
    </message>
    <message>
        <source>Clip %1</source>
        <translation>截断 %1</translation>
    </message>
    <message>
        <source>Level %1</source>
        <translation>电平 %1</translation>
    </message>
    <message>
        <source>New level %1</source>
        <translation>新电平 %1</translation>
    </message>
    <message>
        <source>Level %1 removed</source>
        <translation>删除电平 %1</translation>
    </message>
    <message>
        <source>Method %1 on %2</source>
        <translation>%2：方法 %1</translation>
    </message>
    <message>
        <source>Reset %1</source>
        <translation>重置 %1</translation>
    </message>
    <message>
        <source>Snapshot %1</source>
        <translation>快照 %1</translation>
    </message>
    <message>
        <source>Own levels</source>
        <translation>自定义电平</translation>
    </message>
</context>
<context>
    <name>bw::ElidedLabel</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>bw::ErrorText</name>
    <message>
        <source>%1: %2</source>
        <comment>place and what happened there</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>bw::EvaluateController</name>
    <message>
        <source>%1: %2 [%3, %4], n = %5</source>
        <translation>%1：%2 [%3, %4]，n = %5</translation>
    </message>
    <message>
        <source>nothing is open</source>
        <translation>没有打开任何模型</translation>
    </message>
    <message>
        <source>weights only: no graph to run</source>
        <translation>仅有权重：没有可运行的计算图</translation>
    </message>
    <message>
        <source>Evaluate %1</source>
        <translation>评估 %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>bw::ExponentPlot</name>
    <message>
        <source>Show the whole curve (Home)</source>
        <translation>显示整条曲线（Home）</translation>
    </message>
    <message>
        <source>Error against the exponent</source>
        <translation>误差与幂指数的关系</translation>
    </message>
    <message>
        <source>error R = RMSE / RMS</source>
        <translation>误差 R = RMSE / RMS</translation>
    </message>
    <message>
        <source>exponent a</source>
        <translation>幂指数 a</translation>
    </message>
    <message>
        <source>Give the layer a power-function format to see how its error depends on the exponent.</source>
        <translation>为该层选择幂函数格式，即可看到误差如何随幂指数变化。</translation>
    </message>
    <message>
        <source>exponent set to %1</source>
        <translation>幂指数设为 %1</translation>
    </message>
    <message>
        <source>exponent searched</source>
        <translation>幂指数由搜索得到</translation>
    </message>
    <message numerus="yes">
        <source>%n bits</source>
        <translation>
            <numerusform>%n 位</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1, %2; ≈ from a sample</source>
        <translation>%1，%2；≈ 来自抽样</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>幂指数</translation>
    </message>
    <message>
        <source>Drag to choose the exponent; double-click the green line for the best one</source>
        <translation>拖动以选择幂指数；双击绿线取最佳值</translation>
    </message>
    <message>
        <source>best a = %1: %2 error</source>
        <translation>最佳 a = %1：误差 %2</translation>
    </message>
    <message>
        <source>best a = %1</source>
        <translation>最佳 a = %1</translation>
    </message>
    <message>
        <source>best a = %1: %2 error against a = 1</source>
        <translation>最佳 a = %1：相对 a = 1 误差 %2</translation>
    </message>
    <message>
        <source>uniform, a = 1</source>
        <translation>均匀，a = 1</translation>
    </message>
    <message>
        <source>a = %1: R %2</source>
        <translation>a = %1：R %2</translation>
    </message>
    <message>
        <source>R %1</source>
        <translation>R %1</translation>
    </message>
    <message>
        <source>a = %1</source>
        <translation>a = %1</translation>
    </message>
    <message>
        <source>error R</source>
        <translation>误差 R</translation>
    </message>
    <message>
        <source>Drag to choose the exponent</source>
        <translation>拖动以选择幂指数</translation>
    </message>
    <message>
        <source>Double-click to take the best</source>
        <translation>双击取最佳值</translation>
    </message>
</context>
<context>
    <name>bw::ExportController</name>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出 %1</translation>
    </message>
    <message>
        <source>Wrote %1: %2, read back and compared bit for bit. SHA-256 %3…</source>
        <translation>已写入 %1：%2，已回读并逐位核对。SHA-256 %3…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Export report %1</source>
        <translation>导出报告 %1</translation>
    </message>
    <message>
        <source>Wrote the report %1.</source>
        <translation>已写入报告 %1。</translation>
    </message>
    <message>
        <source>Export recipe %1</source>
        <translation>导出配方 %1</translation>
    </message>
    <message>
        <source>Wrote the recipe %1.</source>
        <translation>已写入配方 %1。</translation>
    </message>
</context>
<context>
    <name>bw::FigureTile</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Copy %1</source>
        <translation>复制 %1</translation>
    </message>
</context>
<context>
    <name>bw::FormatController</name>
    <message numerus="yes">
        <source>Formats for all %n layer(s) of the model</source>
        <translation>
            <numerusform>模型全部 %n 层的格式</numerusform>
        </translation>
    </message>
    <message>
        <source>Formats for %1</source>
        <translation>%1 的格式</translation>
    </message>
    <message>
        <source>Measuring formats…</source>
        <translation>正在测量格式…</translation>
    </message>
    <message>
        <source>No format fits in so few bits. Allow some more.</source>
        <translation>没有格式能用这么少的位数。请允许多一些。</translation>
    </message>
    <message>
        <source>Select a layer to see what block sizes and scale types do to it.</source>
        <translation>选择一层，查看块大小和缩放因子类型对它的影响。</translation>
    </message>
</context>
<context>
    <name>bw::FormatEditor</name>
    <message>
        <source>Format family</source>
        <translation>格式族</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>格式族</translation>
    </message>
    <message>
        <source>Scale per</source>
        <translation>缩放因子粒度</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>output channel</source>
        <translation>输出通道</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Block size</source>
        <translation>块大小</translation>
    </message>
    <message>
        <source>Scale rule</source>
        <translation>缩放规则</translation>
    </message>
    <message>
        <source>Clip at this share of the largest magnitude</source>
        <translation>在最大幅值的这一比例处截断</translation>
    </message>
    <message>
        <source>Clip at</source>
        <translation>截断于</translation>
    </message>
    <message>
        <source>Share of the largest magnitude; larger weights saturate</source>
        <translation>占最大幅值的比例；更大的权重将饱和</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>存储类型</translation>
    </message>
    <message>
        <source>Format as text</source>
        <translation>格式的文本写法</translation>
    </message>
    <message>
        <source>This format as recipes and the command line spell it</source>
        <translation>该格式在配方和命令行中的写法</translation>
    </message>
    <message>
        <source>Copy the format</source>
        <translation>复制格式</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>The selected layers have formats of different families. Choose one to give it to all of them.</source>
        <translation>所选各层的格式属于不同的格式族。选择其中一种即可应用到全部所选层。</translation>
    </message>
    <message>
        <source>Compare formats…</source>
        <translation>比较格式…</translation>
    </message>
    <message>
        <source>All formats on this layer, with their error and size; finds the best within some bits</source>
        <translation>此层上的所有格式及其误差和大小；可找出给定位数内最好的格式</translation>
    </message>
    <message>
        <source>Extras</source>
        <translation>附加</translation>
    </message>
</context>
<context>
    <name>bw::FormatPicker</name>
    <message>
        <source>Compare formats</source>
        <translation>比较格式</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search formats</source>
        <translation>搜索格式</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭（Esc）</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>All families</source>
        <translation>全部格式族</translation>
    </message>
    <message>
        <source>Every family with the bits and scales the layer has now, as far as it can</source>
        <translation>每个格式族，尽可能沿用该层现有的位数和缩放</translation>
    </message>
    <message>
        <source>Best at ≤</source>
        <translation>最佳格式，≤</translation>
    </message>
    <message>
        <source>Bits per weight at most</source>
        <translation>每权重位数上限</translation>
    </message>
    <message>
        <source>Bits per weight at most, scales and tables counted</source>
        <translation>每权重位数上限，含缩放因子和表</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>位</translation>
    </message>
    <message numerus="yes">
        <source>The best formats of %n bits, with room for scales</source>
        <translation>
            <numerusform>%n 位的最佳格式，并为缩放因子留出余地</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Best at %n bits</source>
        <translation>
            <numerusform>%n 位时最佳</numerusform>
        </translation>
    </message>
    <message>
        <source>for this layer</source>
        <translation>用于此层</translation>
    </message>
    <message>
        <source>Tries all formats on this layer and lists the best first</source>
        <translation>在此层上尝试所有格式，最好的在前</translation>
    </message>
    <message>
        <source>for the model</source>
        <translation>用于整个模型</translation>
    </message>
    <message>
        <source>Tries all formats on all layers together</source>
        <translation>在所有层上一起尝试所有格式</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Formats measured</source>
        <translation>已测量的格式</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>No format matches the search.</source>
        <translation>没有格式符合搜索。</translation>
    </message>
    <message>
        <source>One per family</source>
        <translation>每族一个</translation>
    </message>
    <message>
        <source>Lists only the best format of each family</source>
        <translation>只列出每个格式族中最好的格式</translation>
    </message>
</context>
<context>
    <name>bw::FormatTableModel</name>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>%1: cannot be used. %2</source>
        <translation>%1：无法使用。%2</translation>
    </message>
    <message>
        <source>%1: error %2, %3 bits per weight</source>
        <translation>%1：误差 %2，每权重 %3 位</translation>
    </message>
    <message>
        <source>%1, %2 dB from the limit</source>
        <translation>%1，距极限 %2 dB</translation>
    </message>
    <message>
        <source>%1, in use</source>
        <translation>%1，使用中</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Levels on this layer</source>
        <translation>此层上的电平</translation>
    </message>
    <message>
        <source>Error R</source>
        <translation>误差 R</translation>
    </message>
    <message>
        <source>Bits/weight</source>
        <translation>位/权重</translation>
    </message>
    <message>
        <source>R·2^b</source>
        <translation>R·2^b</translation>
    </message>
    <message>
        <source>From the limit</source>
        <translation>距极限</translation>
    </message>
    <message>
        <source>What the format is called</source>
        <translation>格式的名称</translation>
    </message>
    <message>
        <source>The values a weight can become, over the layer&apos;s histogram</source>
        <translation>权重可能变成的值，叠加在该层的直方图上</translation>
    </message>
    <message>
        <source>RMSE over RMS of the weights: less is better</source>
        <translation>权重的 RMSE 与 RMS 之比：越小越好</translation>
    </message>
    <message>
        <source>Everything that has to be stored: codes, scales and tables</source>
        <translation>需要存储的一切：编码、缩放因子和表</translation>
    </message>
    <message>
        <source>Error times 2 to the bits: compares formats of different size; less is better</source>
        <translation>误差乘以 2 的位数次方：用于比较大小不同的格式；越小越好</translation>
    </message>
    <message>
        <source>How far the error is above the least that any code of this size can have on weights of this distribution (Shannon)</source>
        <translation>误差比同样大小的任何编码在此分布的权重上可能达到的最小误差（香农）高出多少</translation>
    </message>
</context>
<context>
    <name>bw::FormatsPlot</name>
    <message>
        <source>Error against bits per weight, by block size and scale type</source>
        <translation>误差与每权重位数的关系，按块大小和缩放因子类型</translation>
    </message>
    <message>
        <source>measuring…</source>
        <translation>测量中…</translation>
    </message>
    <message>
        <source>worth having: less error only for more bits</source>
        <translation>值得选用：误差更小就要更多位</translation>
    </message>
    <message>
        <source>now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>error R</source>
        <translation>误差 R</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>位/权重</translation>
    </message>
    <message>
        <source>R·2^b</source>
        <translation>R·2^b</translation>
    </message>
    <message>
        <source>No format here has less error in fewer bits</source>
        <translation>这里没有格式能以更少的位数得到更小的误差</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Click to use it</source>
        <translation>点击即可使用</translation>
    </message>
</context>
<context>
    <name>bw::FormatsView</name>
    <message>
        <source>Block sizes</source>
        <translation>块大小</translation>
    </message>
    <message>
        <source>The format in use under all block sizes and scale types</source>
        <translation>当前格式在所有块大小和缩放类型下的表现</translation>
    </message>
    <message>
        <source>All families</source>
        <translation>全部格式族</translation>
    </message>
    <message>
        <source>Formats of every family, and the limits of theory</source>
        <translation>各族的格式，以及理论极限</translation>
    </message>
    <message>
        <source>This layer</source>
        <translation>本层</translation>
    </message>
    <message>
        <source>Measured on the shown layer</source>
        <translation>在所示的层上测量</translation>
    </message>
    <message>
        <source>Whole model</source>
        <translation>整个模型</translation>
    </message>
    <message>
        <source>Measured on all layers that can be quantized, together</source>
        <translation>在所有可量化的层上一并测量</translation>
    </message>
</context>
<context>
    <name>bw::FrontPlot</name>
    <message>
        <source>Show the whole front (Home)</source>
        <translation>显示整个前沿 (Home)</translation>
    </message>
    <message>
        <source>Damage against size: drag the point along the front</source>
        <translation>损害与大小：沿前沿拖动点</translation>
    </message>
    <message>
        <source>bits per weight, scales and tables counted</source>
        <translation>每权重位数，含缩放因子和表</translation>
    </message>
    <message>
        <source>⟳ the inputs have changed</source>
        <translation>⟳ 输入已改变</translation>
    </message>
    <message>
        <source>drag the point, or click where you want to be</source>
        <translation>拖动点，或点击想去的位置</translation>
    </message>
    <message>
        <source>%1 bits per weight: predicted damage %2</source>
        <translation>每权重 %1 比特：预测损害 %2</translation>
    </message>
    <message>
        <source>Budget, bits per weight</source>
        <translation>预算，每权重比特数</translation>
    </message>
    <message>
        <source>Drag along the front</source>
        <translation>沿前沿拖动</translation>
    </message>
    <message>
        <source>best for the size</source>
        <translation>该大小下最佳</translation>
    </message>
    <message>
        <source>one format everywhere</source>
        <translation>处处同一格式</translation>
    </message>
    <message>
        <source>snapshot</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>recipe now</source>
        <translation>当前方案</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>位/权重</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预测</translation>
    </message>
    <message>
        <source> [%1, %2]</source>
        <translation> [%1, %2]</translation>
    </message>
    <message>
        <source>predicted damage</source>
        <translation>预测损害</translation>
    </message>
    <message>
        <source>this allocation</source>
        <translation>当前分配</translation>
    </message>
    <message>
        <source>Damage against size</source>
        <translation>损害与大小</translation>
    </message>
</context>
<context>
    <name>bw::GotoBox</name>
    <message>
        <source>Go to a layer or a command</source>
        <translation>跳转到层或命令</translation>
    </message>
</context>
<context>
    <name>bw::HistogramPlot</name>
    <message>
        <source>outside the weights&apos; range</source>
        <translation>超出权重范围</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>after quantization</source>
        <translation>量化后</translation>
    </message>
    <message>
        <source>becomes level</source>
        <translation>变为电平</translation>
    </message>
    <message>
        <source>its cell</source>
        <translation>所属区间</translation>
    </message>
    <message>
        <source>share in the cell</source>
        <translation>区间内占比</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>幂指数</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Show the whole range (Home)</source>
        <translation>显示全部范围（Home）</translation>
    </message>
    <message>
        <source>Histogram of the weights</source>
        <translation>权重直方图</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Select a layer to see its weights.</source>
        <translation>选择一层以查看其权重。</translation>
    </message>
    <message>
        <source>%1 NaN and %2 infinite values are not in the plot</source>
        <translation>图中不含 %1 个 NaN 和 %2 个无穷大值</translation>
    </message>
    <message>
        <source>weights per bin (log)</source>
        <translation>每格权重数（对数）</translation>
    </message>
    <message>
        <source>weights per bin</source>
        <translation>每格权重数</translation>
    </message>
    <message>
        <source>Drag to choose where weights saturate</source>
        <translation>拖动以选择权重从何处开始饱和</translation>
    </message>
    <message>
        <source>Lower clip point</source>
        <translation>下截断点</translation>
    </message>
    <message>
        <source>Upper clip point</source>
        <translation>上截断点</translation>
    </message>
    <message>
        <source>Level %1 of %2</source>
        <translation>电平 %1 / %2</translation>
    </message>
    <message>
        <source>Drag to move this level; Delete removes it</source>
        <translation>拖动可移动此电平；按 Delete 删除</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message numerus="yes">
        <source>%n levels</source>
        <translation>
            <numerusform>%n 个电平</numerusform>
        </translation>
    </message>
    <message>
        <source>cell edges</source>
        <translation>区间边界</translation>
    </message>
    <message>
        <source>outliers</source>
        <translation>离群值</translation>
    </message>
    <message>
        <source>quantized: not computed yet</source>
        <translation>量化后：尚未计算</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化后</translation>
    </message>
    <message>
        <source>≈ quantized, from a sample</source>
        <translation>≈ 量化后，来自抽样</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>by the fit</source>
        <translation>按拟合</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>The distribution that fits the weights best, over their histogram</source>
        <translation>在直方图上显示最符合权重的分布</translation>
    </message>
</context>
<context>
    <name>bw::InfoButton</name>
    <message>
        <source>Where does this come from?</source>
        <translation>这个数从何而来？</translation>
    </message>
    <message>
        <source>Where does %1 come from?</source>
        <translation>%1从何而来？</translation>
    </message>
</context>
<context>
    <name>bw::InlineEdit</name>
    <message>
        <source>Type a number from %1 to %2.</source>
        <translation>输入 %1 到 %2 之间的数。</translation>
    </message>
</context>
<context>
    <name>bw::InspectController</name>
    <message>
        <source>Select a layer to see its weights.</source>
        <translation>选择一层以查看其权重。</translation>
    </message>
    <message>
        <source>Select a layer to see its exponent curve.</source>
        <translation>选择一层以查看其幂指数曲线。</translation>
    </message>
    <message>
        <source>Select a layer to see its levels.</source>
        <translation>选择一层以查看其电平。</translation>
    </message>
    <message>
        <source>Select a layer to see its channels.</source>
        <translation>选择一层以查看其通道。</translation>
    </message>
    <message>
        <source>Select a layer to see its outliers.</source>
        <translation>选择一层以查看其离群值。</translation>
    </message>
    <message>
        <source>%1 has no exponent.</source>
        <translation>%1 没有幂指数。</translation>
    </message>
</context>
<context>
    <name>bw::JobRowWidget</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>复制为命令</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 %2/s</source>
        <translation>%1 %2/秒</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>done in %1</source>
        <translation>用时 %1 完成</translation>
    </message>
    <message>
        <source>failed after %1</source>
        <translation>%1 后失败</translation>
    </message>
    <message>
        <source>cancelled after %1</source>
        <translation>%1 后取消</translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>%1 的进度</translation>
    </message>
    <message>
        <source>Cancel %1</source>
        <translation>取消 %1</translation>
    </message>
</context>
<context>
    <name>bw::JobsPanel</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>No jobs. Evaluations, exports and other long work show up here.</source>
        <translation>没有任务。评估、导出等耗时工作会显示在这里。</translation>
    </message>
</context>
<context>
    <name>bw::LayerPanel</name>
    <message>
        <source>Filter by words or a /regular expression/</source>
        <translation>按词语或 /正则表达式/ 筛选</translation>
    </message>
    <message>
        <source>Filter layers</source>
        <translation>筛选层</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>This expression cannot be used: %1.</source>
        <translation>无法使用该表达式：%1。</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2 selected</source>
        <translation>%1，已选 %2</translation>
    </message>
    <message>
        <source>No layer matches the filter.</source>
        <translation>没有符合筛选条件的层。</translation>
    </message>
    <message>
        <source>Open a model to see its layers.</source>
        <translation>打开模型以查看其各层。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>List biases, normalisations and other layers that stay as they are, too</source>
        <translation>同时列出偏置、归一化等保持原样的层</translation>
    </message>
    <message>
        <source>List layers that stay as they are</source>
        <translation>列出保持原样的层</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n layers</source>
        <translation>
            <numerusform>%1 / %n 层</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n more stay as they are</source>
        <translation>
            <numerusform>%1，另有 %n 层保持原样</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::LayerTableModel</name>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Kept in the file&apos;s own type</source>
        <translation>保留文件中的原有类型</translation>
    </message>
    <message>
        <source>Error of the quantized weights: RMSE / RMS</source>
        <translation>量化权重的误差：RMSE / RMS</translation>
    </message>
    <message>
        <source>Being computed again for the changed recipe</source>
        <translation>配方已更改，正在重新计算</translation>
    </message>
    <message>
        <source>histogram of %1</source>
        <translation>%1 的直方图</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of the tensor in the file</source>
        <translation>文件中张量的名称</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Histogram of the weights; sorts by kurtosis</source>
        <translation>权重直方图；按峰度排序</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Number format of the recipe</source>
        <translation>配方指定的数值格式</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Bits per weight, with scales and tables</source>
        <translation>每权重位数，含缩放因子和表</translation>
    </message>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Signal to quantization noise, in dB</source>
        <translation>信号与量化噪声之比（dB）</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>What the tensor is for</source>
        <translation>张量的用途</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Sizes of each dimension</source>
        <translation>各维大小</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数量</translation>
    </message>
    <message>
        <source>Number of weights</source>
        <translation>权重个数</translation>
    </message>
    <message>
        <source>Kurtosis</source>
        <translation>峰度</translation>
    </message>
    <message>
        <source>Weight of the tails: 3 for a normal distribution</source>
        <translation>尾部的厚重程度：正态分布为 3</translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation>离群值</translation>
    </message>
    <message>
        <source>Share of the weights farther than 3 standard deviations from the mean</source>
        <translation>距均值超过 3 个标准差的权重占比</translation>
    </message>
    <message numerus="yes">
        <source>%1
%2, %3, %n parameters</source>
        <translation>
            <numerusform>%1
%2，%3，%n 个参数</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::LayerViewPage</name>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>幂指数</translation>
    </message>
    <message>
        <source>Codebook</source>
        <translation>码本</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Outliers</source>
        <translation>离群值</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>格式</translation>
    </message>
</context>
<context>
    <name>bw::LimitsStrip</name>
    <message>
        <source>R·2ᵇ %1, %2 dB above the bound</source>
        <translation>R·2ᵇ %1，高于界限 %2 dB</translation>
    </message>
    <message>
        <source>R·2ᵇ %1, %2 dB below the bound for independent weights</source>
        <translation>R·2ᵇ %1，低于独立权重的界限 %2 dB</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Shannon</source>
        <translation>香农</translation>
    </message>
    <message>
        <source>entropy-coded</source>
        <translation>熵编码</translation>
    </message>
    <message>
        <source>Lloyd–Max</source>
        <translation>Lloyd–Max</translation>
    </message>
    <message>
        <source>Panter–Dite</source>
        <translation>Panter–Dite</translation>
    </message>
    <message>
        <source>No distribution is known.</source>
        <translation>尚不知道分布。</translation>
    </message>
    <message>
        <source>Distribution of the weights: %1</source>
        <translation>权重的分布：%1</translation>
    </message>
    <message>
        <source>Format %1</source>
        <translation>格式 %1</translation>
    </message>
    <message>
        <source>Distance to the limit</source>
        <translation>与极限的距离</translation>
    </message>
    <message>
        <source>R·2ᵇ compares formats of different size, as each further bit halves R. If the weights are independent draws from the fitted distribution, no code is below Shannon&apos;s bound; entropy-coded uniform grids come within 1.53 dB of it at high rates; codes of one length reach Lloyd–Max, and with many levels Panter–Dite. 6.02 dB are one bit per weight. Formats with a scale for every block or row may do better where the weights differ in size from one to the next.</source>
        <translation>R·2ᵇ 用于比较不同大小的格式，因为每增加一比特，R 就减半。若权重是从拟合分布中独立抽取的，则任何编码都不会低于香农界；熵编码的均匀网格在高码率下与它相差不超过 1.53 dB；等长编码可达到 Lloyd–Max，电平很多时则为 Panter–Dite。6.02 dB 相当于每个权重一比特。当各块或各行权重的大小不同时，为每块或每行设缩放的格式可能做得更好。</translation>
    </message>
    <message>
        <source>distance = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )</source>
        <translation>距离 = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )</translation>
    </message>
    <message>
        <source>Distance to the limit: not known</source>
        <translation>与极限的距离：未知</translation>
    </message>
    <message>
        <source>Limits of theory: %1</source>
        <translation>理论极限：%1</translation>
    </message>
</context>
<context>
    <name>bw::ListControl</name>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>搜索得到</translation>
    </message>
    <message numerus="yes">
        <source>%n values</source>
        <translation>
            <numerusform>%n 个值</numerusform>
        </translation>
    </message>
    <message>
        <source>Type numbers separated by commas, with a decimal point.</source>
        <translation>输入以逗号分隔的数，小数点用“.”。</translation>
    </message>
    <message>
        <source>Type %1 to %2 numbers; these are %3.</source>
        <translation>请输入 %1 到 %2 个数；现在有 %3 个。</translation>
    </message>
</context>
<context>
    <name>bw::MainActions</name>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>Open &amp;sample</source>
        <translation>打开示例(&amp;S)</translation>
    </message>
    <message>
        <source>Choose evaluation &amp;data…</source>
        <translation>选择评估数据(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Save session</source>
        <translation>保存会话(&amp;S)</translation>
    </message>
    <message>
        <source>Save session &amp;as…</source>
        <translation>会话另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Export model…</source>
        <translation>导出模型(&amp;E)…</translation>
    </message>
    <message>
        <source>Export as &amp;float…</source>
        <translation>导出为浮点(&amp;F)…</translation>
    </message>
    <message>
        <source>Export re&amp;port…</source>
        <translation>导出报告(&amp;P)…</translation>
    </message>
    <message>
        <source>Export re&amp;cipe…</source>
        <translation>导出配方(&amp;C)…</translation>
    </message>
    <message>
        <source>C&amp;lose</source>
        <translation>关闭(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>&amp;Reset selected layers</source>
        <translation>重置所选层(&amp;R)</translation>
    </message>
    <message>
        <source>Take &amp;snapshot</source>
        <translation>拍摄快照(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Evaluate</source>
        <translation>评估(&amp;E)</translation>
    </message>
    <message>
        <source>S&amp;top evaluating</source>
        <translation>停止评估(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Find layer</source>
        <translation>查找层(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go to anything</source>
        <translation>跳转(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About Bitwright</source>
        <translation>关于 Bitwright(&amp;A)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开(&amp;R)</translation>
    </message>
    <message>
        <source>S&amp;napshots</source>
        <translation>快照(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Measure the float and the quantized model on the evaluation data (F5)</source>
        <translation>用评估数据测量浮点模型和量化模型（F5）</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Compare &amp;formats…</source>
        <translation>比较格式(&amp;F)…</translation>
    </message>
    <message>
        <source>A&amp;llocate bits</source>
        <translation>分配比特(&amp;L)</translation>
    </message>
    <message>
        <source>Choose &amp;calibration data…</source>
        <translation>选择校准数据(&amp;C)…</translation>
    </message>
    <message>
        <source>Give the model a size and see every layer&apos;s format follow (Ctrl+L)</source>
        <translation>给模型定一个大小，看每层的格式随之变化 (Ctrl+L)</translation>
    </message>
    <message>
        <source>Allocate</source>
        <translation>分配</translation>
    </message>
    <message>
        <source>Compare &amp;with another model…</source>
        <translation>与另一个模型比较(&amp;W)…</translation>
    </message>
</context>
<context>
    <name>bw::MainWindow</name>
    <message>
        <source>Tool bar</source>
        <translation>工具栏</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Jobs, runs and problems</source>
        <translation>任务、评估记录和问题</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Export report</source>
        <translation>导出报告</translation>
    </message>
    <message>
        <source>HDF5 reports (*.h5)</source>
        <translation>HDF5 报告 (*.h5)</translation>
    </message>
    <message>
        <source>Export recipe</source>
        <translation>导出配方</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>配方 (*.json)</translation>
    </message>
    <message>
        <source>Snapshot %1</source>
        <translation>快照 %1</translation>
    </message>
    <message>
        <source>Evaluation needs labelled data: a folder of images by class, IDX files, or safetensors with inputs and labels.</source>
        <translation>评估需要带标签的数据：按类别分文件夹的图像、IDX 文件，或含有 inputs 与 labels 的 safetensors。</translation>
    </message>
    <message>
        <source>Choose data…</source>
        <translation>选择数据…</translation>
    </message>
    <message>
        <source>Shapes</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>A small image classifier, trained for Bitwright: see it, quantize it, measure it.</source>
        <translation>为 Bitwright 训练的小型图像分类器：查看它、量化它、测量它。</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>size, date</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Choose evaluation data</source>
        <translation>选择评估数据</translation>
    </message>
    <message>
        <source>Samples (*.safetensors *.npz *.h5 *.hdf5 *.gz *-ubyte)</source>
        <translation>样本 (*.safetensors *.npz *.h5 *.hdf5 *.gz *-ubyte)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>保存会话</translation>
    </message>
    <message>
        <source>Bitwright sessions (*.bitw)</source>
        <translation>Bitwright 会话 (*.bitw)</translation>
    </message>
    <message>
        <source>Export as float</source>
        <translation>导出为浮点</translation>
    </message>
    <message>
        <source>Export model</source>
        <translation>导出模型</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>方向键</translation>
    </message>
    <message>
        <source>Nudge the focused handle (Shift: coarse, Alt: fine)</source>
        <translation>微调当前手柄（Shift：粗调，Alt：细调）</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>Next handle of a picture</source>
        <translation>图中的下一个手柄</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Put a drag back</source>
        <translation>撤回正在进行的拖动</translation>
    </message>
    <message>
        <source>Double-click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Snap to the optimum, or reset the zoom</source>
        <translation>取最佳值，或还原缩放</translation>
    </message>
    <message>
        <source>Right-click</source>
        <translation>右键单击</translation>
    </message>
    <message>
        <source>Type a value</source>
        <translation>输入数值</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Zoom at the pointer (Ctrl: the other axis)</source>
        <translation>在指针处缩放（Ctrl：另一坐标轴）</translation>
    </message>
    <message>
        <source>Bitwright %1: a workbench for quantizing neural networks. Free software under the GPL, version 3 or later.</source>
        <translation>Bitwright %1：神经网络量化工作台。自由软件，遵循 GPL 第 3 版或更高版本。</translation>
    </message>
    <message>
        <source>No recent files</source>
        <translation>没有最近打开的文件</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>回到%1</translation>
    </message>
    <message>
        <source>No snapshots yet</source>
        <translation>还没有快照</translation>
    </message>
    <message>
        <source>Choose calibration data</source>
        <translation>选择校准数据</translation>
    </message>
    <message>
        <source>Choose importance matrix</source>
        <translation>选择重要性矩阵</translation>
    </message>
    <message>
        <source>Importance matrices (*.dat *.gguf)</source>
        <translation>重要性矩阵 (*.dat *.gguf)</translation>
    </message>
    <message>
        <source>Compare with another model</source>
        <translation>与另一个模型比较</translation>
    </message>
    <message>
        <source>Choose two models to compare</source>
        <translation>选择要比较的两个模型</translation>
    </message>
    <message>
        <source>To compare, choose two files: hold Ctrl while you click the second one.</source>
        <translation>要比较，请选择两个文件：点击第二个文件时按住 Ctrl。</translation>
    </message>
</context>
<context>
    <name>bw::MetricsStrip</name>
    <message>
        <source>No layer is selected.</source>
        <translation>没有选择层。</translation>
    </message>
    <message>
        <source>All %1 weights of %2</source>
        <translation>%2 的全部 %1 个权重</translation>
    </message>
    <message>
        <source>A fixed sample of %1 weights of %2; the exact value follows</source>
        <translation>%2 的 %1 个权重的固定抽样；精确值随后给出</translation>
    </message>
    <message>
        <source>Format %1</source>
        <translation>格式 %1</translation>
    </message>
    <message>
        <source>Error R</source>
        <translation>误差 R</translation>
    </message>
    <message>
        <source>SQNR</source>
        <translation>SQNR</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation>最大误差</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Belongs to an earlier recipe; being computed again</source>
        <translation>属于之前的配方；正在重新计算</translation>
    </message>
    <message>
        <source>Root mean square of the error divided by the root mean square of the weights: 0 is no error, 1 is an error as large as the weights. It compares formats on one layer; it does not say how much accuracy is lost.</source>
        <translation>误差的均方根除以权重的均方根：0 表示没有误差，1 表示误差与权重一样大。它用于在同一层上比较格式，并不说明准确率损失多少。</translation>
    </message>
    <message>
        <source>R = √( Σ(q − x)² / Σx² )</source>
        <translation>R = √( Σ(q − x)² / Σx² )</translation>
    </message>
    <message>
        <source>dB</source>
        <translation>dB</translation>
    </message>
    <message>
        <source>Signal to quantization noise</source>
        <translation>信号与量化噪声之比</translation>
    </message>
    <message>
        <source>The same error as a ratio of powers in decibels. Each further bit gains about 6 dB on smooth distributions.</source>
        <translation>同一误差以功率比的分贝表示。对平滑分布，每增加一位约提高 6 dB。</translation>
    </message>
    <message>
        <source>SQNR = 10 log₁₀( Σx² / Σ(q − x)² ) = −20 log₁₀ R</source>
        <translation>SQNR = 10 log₁₀( Σx² / Σ(q − x)² ) = −20 log₁₀ R</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>位/权重</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Everything that has to be stored for this layer, divided by its number of weights: codes, scales and tables.</source>
        <translation>该层需要存储的全部内容（编码、缩放因子和表）除以其权重个数。</translation>
    </message>
    <message>
        <source>bits = ( codes + scales + tables ) / weights</source>
        <translation>位数 =（编码 + 缩放因子 + 表）/ 权重个数</translation>
    </message>
    <message>
        <source>The largest distance between a weight and the value it becomes, in weight units.</source>
        <translation>权重与其量化值之间的最大距离，以权重为单位。</translation>
    </message>
    <message>
        <source>max |q − x|</source>
        <translation>max |q − x|</translation>
    </message>
    <message>
        <source>Cosine of the angle between the weights and their quantized values, seen as two long vectors: 1 is the same direction.</source>
        <translation>把权重及其量化值看作两个长向量时夹角的余弦：1 表示方向相同。</translation>
    </message>
    <message>
        <source>cos = Σqx / √( Σq² · Σx² )</source>
        <translation>cos = Σqx / √( Σq² · Σx² )</translation>
    </message>
    <message>
        <source>To the limit</source>
        <translation>与极限的距离</translation>
    </message>
    <message>
        <source>Distance to the limit</source>
        <translation>与极限的距离</translation>
    </message>
    <message>
        <source>How far the error is above what no code of the same size can beat, were the weights independent draws from the distribution that fits them best (Shannon&apos;s bound). 6.02 dB are one bit per weight.</source>
        <translation>若权重是从最符合它们的分布中独立抽取的，误差高出同样大小的任何编码都无法超越的界限（香农界）多少。6.02 dB 相当于每个权重一比特。</translation>
    </message>
    <message>
        <source>distance = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )</source>
        <translation>距离 = 20 log₁₀( R·2ᵇ / √( 2²ʰ / 2πe ) )</translation>
    </message>
    <message>
        <source>Distribution of the weights: %1</source>
        <translation>权重的分布：%1</translation>
    </message>
    <message>
        <source>Saying which weights are outliers takes %1 bits per weight; the least possible is %2.</source>
        <translation>标明哪些权重是离群值，每个权重需要 %1 位；理论上最少为 %2 位。</translation>
    </message>
    <message>
        <source>If entropy-coded</source>
        <translation>若熵编码</translation>
    </message>
    <message>
        <source>Bits per weight with entropy coding</source>
        <translation>熵编码后每个权重的位数</translation>
    </message>
    <message>
        <source>What the layer would take if an ideal entropy coder made its codes as small as Shannon&apos;s entropy of their frequencies. Unknown for codes that are entropy-coded already or that several weights share.</source>
        <translation>如果理想的熵编码器把编码压缩到其频率的香农熵，该层所需的大小。对于已经熵编码的编码，或由多个权重共用的编码，此值未知。</translation>
    </message>
    <message>
        <source>bits = ( Σ count · log₂( weights / count ) + scales + tables ) / weights</source>
        <translation>位数 = ( Σ 个数 · log₂( 权重数 / 个数 ) + 缩放 + 表 ) / 权重数</translation>
    </message>
</context>
<context>
    <name>bw::NumberControl</name>
    <message>
        <source>search for the best</source>
        <translation>搜索最佳值</translation>
    </message>
    <message>
        <source>Let quantization find the best value for each layer</source>
        <translation>由量化过程为每一层寻找最佳值</translation>
    </message>
    <message>
        <source>Search for the best value of %1</source>
        <translation>搜索%1的最佳值</translation>
    </message>
</context>
<context>
    <name>bw::OpenController</name>
    <message>
        <source>Models, sessions and recipes (%1)</source>
        <translation>模型、会话和配方 (%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Look at %1</source>
        <translation>查看 %1</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>打开 %1</translation>
    </message>
    <message>
        <source>Open session %1</source>
        <translation>打开会话 %1</translation>
    </message>
    <message>
        <source>The changes to %1 were not saved. Bitwright kept a copy.</source>
        <translation>对 %1 的更改未保存。Bitwright 留有一份副本。</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>%1 is not the file this session was made with: its content differs. Earlier results may not hold.</source>
        <translation>%1 不是创建此会话时的文件：内容已不同。之前的结果可能不再成立。</translation>
    </message>
    <message>
        <source>Fingerprint of %1</source>
        <translation>%1 的指纹</translation>
    </message>
    <message>
        <source>%1 is a recipe. Open a model first, then drop the recipe on it.</source>
        <translation>%1 是配方。请先打开模型，再把配方拖到其上。</translation>
    </message>
    <message>
        <source>Apply recipe %1</source>
        <translation>应用配方 %1</translation>
    </message>
    <message>
        <source>Recipe %1</source>
        <translation>配方 %1</translation>
    </message>
    <message>
        <source>%1 is evaluation data. Open a model first.</source>
        <translation>%1 是评估数据。请先打开模型。</translation>
    </message>
    <message>
        <source>Open data %1</source>
        <translation>打开数据 %1</translation>
    </message>
    <message numerus="yes">
        <source>Evaluation uses %1: %n sample(s).</source>
        <translation>
            <numerusform>评估使用 %1：%n 个样本。</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message numerus="yes">
        <source>Bitwright opened the first of %n file(s). Two at a time are compared.</source>
        <translation>
            <numerusform>Bitwright 打开了 %n 个文件中的第一个。一次给出两个文件则进行比较。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>bw::OutlierStrip</name>
    <message>
        <source>Distances of the largest weights from the mean</source>
        <translation>最大权重到均值的距离</translation>
    </message>
    <message>
        <source>%1 of the weights lie within 3 σ</source>
        <translation>%1 的权重在 3 σ 以内</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>%1 σ</source>
        <translation>%1 σ</translation>
    </message>
</context>
<context>
    <name>bw::OutlierTableModel</name>
    <message>
        <source>%1 σ</source>
        <translation>%1 σ</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>名次</translation>
    </message>
    <message>
        <source>By magnitude, largest first</source>
        <translation>按幅值，从大到小</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>The weight</source>
        <translation>权重值</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>From the mean, in standard deviations</source>
        <translation>到均值的距离，以标准差计</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Place in the tensor, outermost dimension first, counted from 0</source>
        <translation>在张量中的位置，最外维在前，从 0 计数</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>索引</translation>
    </message>
    <message>
        <source>Place in the file&apos;s order of values, counted from 0</source>
        <translation>在文件数值顺序中的位置，从 0 计数</translation>
    </message>
</context>
<context>
    <name>bw::OutliersView</name>
    <message>
        <source>Largest weights</source>
        <translation>最大的权重</translation>
    </message>
    <message numerus="yes">
        <source>the %n largest weights</source>
        <translation>
            <numerusform>最大的 %n 个权重</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 beyond 3 σ</source>
        <translation>%1 超出 3 σ</translation>
    </message>
    <message>
        <source>Select a layer to see its largest weights.</source>
        <translation>选择一层以查看其最大的权重。</translation>
    </message>
</context>
<context>
    <name>bw::PairPlot</name>
    <message>
        <source>log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Logarithmic counts</source>
        <translation>对数计数</translation>
    </message>
    <message>
        <source>Show all values (Home)</source>
        <translation>显示全部数值 (Home)</translation>
    </message>
    <message>
        <source>Values of the tensor in both models</source>
        <translation>该张量在两个模型中的数值</translation>
    </message>
    <message>
        <source>value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>values per bin (log)</source>
        <translation>每个区间的数值个数（对数）</translation>
    </message>
    <message>
        <source>values per bin</source>
        <translation>每个区间的数值个数</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
</context>
<context>
    <name>bw::ParamControl</name>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
</context>
<context>
    <name>bw::PlotView</name>
    <message>
        <source>%1: %2. %3</source>
        <translation>%1：%2。%3</translation>
    </message>
</context>
<context>
    <name>bw::PointPlot</name>
    <message>
        <source>error R = RMSE / RMS</source>
        <translation>误差 R = RMSE / RMS</translation>
    </message>
    <message>
        <source>bits per weight, scales and tables counted</source>
        <translation>每权重位数，含缩放因子和表</translation>
    </message>
    <message>
        <source>Show all formats (Home)</source>
        <translation>显示所有格式（Home）</translation>
    </message>
</context>
<context>
    <name>bw::Popover</name>
    <message>
        <source>Where %1 comes from</source>
        <translation>%1从何而来</translation>
    </message>
    <message>
        <source>Inputs used now</source>
        <translation>当前所用的输入</translation>
    </message>
</context>
<context>
    <name>bw::ProblemBar</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>移除</translation>
    </message>
</context>
<context>
    <name>bw::RecentFileRow</name>
    <message>
        <source>%1, missing</source>
        <translation>%1，不存在</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>从列表中移除</translation>
    </message>
    <message>
        <source>Remove %1 from this list</source>
        <translation>从列表中移除 %1</translation>
    </message>
    <message>
        <source>missing: %1</source>
        <translation>不存在：%1</translation>
    </message>
</context>
<context>
    <name>bw::RecipePanel</name>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Method that chooses the codes</source>
        <translation>选择编码的方法</translation>
    </message>
    <message>
        <source>Edits apply to</source>
        <translation>更改应用于</translation>
    </message>
    <message>
        <source>Use the model&apos;s format</source>
        <translation>使用模型的格式</translation>
    </message>
    <message>
        <source>Remove the rules made just for the selected layers</source>
        <translation>移除仅针对所选层的规则</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
    <message numerus="yes">
        <source>%n layers selected</source>
        <translation>
            <numerusform>已选 %n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>Select one or more layers to choose their number format.</source>
        <translation>选择一层或多层以设定其数值格式。</translation>
    </message>
    <message>
        <source>Open a model to choose number formats for its layers.</source>
        <translation>打开模型以设定其各层的数值格式。</translation>
    </message>
    <message>
        <source>the selected layer</source>
        <translation>所选层</translation>
    </message>
    <message numerus="yes">
        <source>the %n selected layers</source>
        <translation>
            <numerusform>所选的 %n 层</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>all %n layers of the model</source>
        <translation>
            <numerusform>模型的全部 %n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 (needs calibration data)</source>
        <translation>%1（需要校准数据）</translation>
    </message>
</context>
<context>
    <name>bw::RunClassesModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>change, points</source>
        <translation>变化（百分点）</translation>
    </message>
</context>
<context>
    <name>bw::RunMetricsModel</name>
    <message>
        <source>Top-1 accuracy</source>
        <translation>Top-1 准确率</translation>
    </message>
    <message>
        <source>Top-5 accuracy</source>
        <translation>Top-5 准确率</translation>
    </message>
    <message>
        <source>Cross-entropy</source>
        <translation>交叉熵</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>KL to float, mean</source>
        <translation>相对浮点的 KL（均值）</translation>
    </message>
    <message>
        <source>KL to float, 99th percentile</source>
        <translation>相对浮点的 KL（第 99 百分位）</translation>
    </message>
    <message>
        <source>Agreement with float</source>
        <translation>与浮点的一致率</translation>
    </message>
    <message>
        <source>Same top-1 as float</source>
        <translation>与浮点 Top-1 相同</translation>
    </message>
    <message>
        <source>SQNR of the outputs, dB</source>
        <translation>输出的 SQNR（dB）</translation>
    </message>
    <message>
        <source>float</source>
        <translation>浮点</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>量化后</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>[%1, %2]</source>
        <translation>[%1, %2]</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 置信区间</translation>
    </message>
</context>
<context>
    <name>bw::RunsPanel</name>
    <message>
        <source>No evaluation yet. Evaluate to measure accuracy, float against quantized, on the same samples.</source>
        <translation>还没有评估。评估会在相同样本上测量浮点与量化模型的准确率。</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>measured with an earlier recipe</source>
        <translation>用之前的配方测得</translation>
    </message>
    <message>
        <source>Evaluate again</source>
        <translation>重新评估</translation>
    </message>
    <message>
        <source>Figures of the evaluation</source>
        <translation>评估指标</translation>
    </message>
    <message>
        <source>Accuracy of each class</source>
        <translation>各类别的准确率</translation>
    </message>
    <message>
        <source>%1, %2 against %3: %4 points [%5, %6].</source>
        <translation>%1，%2 对比 %3：%4 个百分点 [%5, %6]。</translation>
    </message>
    <message>
        <source>McNemar test on the same samples: p = %1, a real difference at the 5 % level.</source>
        <translation>在相同样本上的 McNemar 检验：p = %1，在 5 % 水平上差异显著。</translation>
    </message>
    <message>
        <source>McNemar test on the same samples: p = %1, no difference shown at the 5 % level.</source>
        <translation>在相同样本上的 McNemar 检验：p = %1，在 5 % 水平上未显示差异。</translation>
    </message>
    <message>
        <source>%1, n = %2, %3</source>
        <comment>data, samples, time</comment>
        <translation>%1，n = %2，%3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>data, time</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>What to show of the evaluation</source>
        <translation>显示评估的哪一部分</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
</context>
<context>
    <name>bw::SessionController</name>
    <message>
        <source>Save %1</source>
        <translation>保存 %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Bitwright ended unexpectedly. The session of %1 was recovered.</source>
        <translation>Bitwright 曾意外退出。已恢复 %1 的会话。</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>The session has unsaved changes. Close the window once more to leave without saving; Bitwright keeps them for the next start.</source>
        <translation>会话有未保存的更改。再次关闭窗口将不保存并退出；Bitwright 会把更改保留到下次启动。</translation>
    </message>
    <message>
        <source>Save and close</source>
        <translation>保存并关闭</translation>
    </message>
</context>
<context>
    <name>bw::ShortcutsOverlay</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>bw::StartPage</name>
    <message>
        <source>See what quantization does to a network</source>
        <translation>看看量化对网络做了什么</translation>
    </message>
    <message>
        <source>Open a model, look at its weights, choose number formats, measure what is lost, export.</source>
        <translation>打开模型，查看权重，选择数值格式，测量损失，导出。</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
</context>
<context>
    <name>bw::StatusController</name>
    <message>
        <source>top-1 accuracy</source>
        <translation>Top-1 准确率</translation>
    </message>
    <message>
        <source>RMSE / RMS over all quantized weights together. It measures the weights, not the answers of the model: a smaller error may still cost more accuracy. Evaluate to know.</source>
        <translation>所有量化权重合在一起的 RMSE / RMS。它衡量的是权重，而不是模型的输出：误差更小，准确率仍可能损失更多。请通过评估得知。</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n rule(s)</source>
        <translation>
            <numerusform>%1 和 %n 条规则</numerusform>
        </translation>
    </message>
    <message>
        <source>Recipe, %1: %2</source>
        <comment>place, problem</comment>
        <translation>配方，%1：%2</translation>
    </message>
    <message>
        <source>Layer %1: %2</source>
        <translation>层 %1：%2</translation>
    </message>
</context>
<context>
    <name>bw::StepModel</name>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>代价</translation>
    </message>
    <message>
        <source>Damage falls by</source>
        <translation>损害减少</translation>
    </message>
</context>
<context>
    <name>bw::SurveyController</name>
    <message>
        <source>Open a model to see what all formats make of it.</source>
        <translation>打开一个模型，查看所有格式对它的效果。</translation>
    </message>
    <message>
        <source>Measuring formats…</source>
        <translation>正在测量格式…</translation>
    </message>
    <message>
        <source>No format could be measured.</source>
        <translation>没有能够测量的格式。</translation>
    </message>
    <message>
        <source>This model has no layers that can be quantized.</source>
        <translation>此模型没有可量化的层。</translation>
    </message>
    <message>
        <source>Select a layer to see what all formats make of it.</source>
        <translation>选择一个层，查看所有格式对它的效果。</translation>
    </message>
    <message numerus="yes">
        <source>All %n layer(s) of the model</source>
        <translation>
            <numerusform>模型的全部 %n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>limits: every layer&apos;s own distribution, all at the same bits</source>
        <translation>极限：各层自身的分布，所有层的位数相同</translation>
    </message>
    <message>
        <source>limits: %1</source>
        <translation>极限：%1</translation>
    </message>
</context>
<context>
    <name>bw::SurveyPlot</name>
    <message>
        <source>Shannon&apos;s bound</source>
        <translation>香农界</translation>
    </message>
    <message>
        <source>What no code can beat on independent weights of this distribution</source>
        <translation>对于服从此分布的独立权重，任何编码都无法超越的界限</translation>
    </message>
    <message>
        <source>Entropy-coded grid</source>
        <translation>熵编码网格</translation>
    </message>
    <message>
        <source>The best uniform grid with an ideal entropy code</source>
        <translation>采用理想熵编码的最佳均匀网格</translation>
    </message>
    <message>
        <source>Lloyd–Max</source>
        <translation>Lloyd–Max</translation>
    </message>
    <message>
        <source>The best levels for codes of one length</source>
        <translation>定长编码的最佳量化级</translation>
    </message>
    <message>
        <source>Panter–Dite</source>
        <translation>Panter–Dite</translation>
    </message>
    <message>
        <source>What the best levels come to when there are many</source>
        <translation>量化级很多时最佳量化级所趋近的结果</translation>
    </message>
    <message>
        <source>R·2ᵇ</source>
        <translation>R·2ᵇ</translation>
    </message>
    <message>
        <source>Error times 2 to the bits: what is left when every bit halves the error</source>
        <translation>误差乘以 2 的位数次方：每增加一位误差减半之后剩下的部分</translation>
    </message>
    <message>
        <source>Error against bits per weight of all format families</source>
        <translation>所有格式族的误差与每权重位数的关系</translation>
    </message>
    <message>
        <source>error R = RMSE / RMS</source>
        <translation>误差 R = RMSE / RMS</translation>
    </message>
    <message>
        <source>Families of formats</source>
        <translation>格式族</translation>
    </message>
    <message>
        <source>measuring… %1</source>
        <translation>正在测量… %1</translation>
    </message>
    <message>
        <source>Worth having</source>
        <translation>值得选用</translation>
    </message>
    <message>
        <source>No format here has less error in fewer bits</source>
        <translation>这里没有格式能以更少的位数得到更小的误差</translation>
    </message>
    <message>
        <source>error R</source>
        <translation>误差 R</translation>
    </message>
    <message>
        <source>bits/weight</source>
        <translation>位/权重</translation>
    </message>
    <message>
        <source>from the limit</source>
        <translation>距极限</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Click to use it</source>
        <translation>点击即可使用</translation>
    </message>
</context>
<context>
    <name>bw::TotalsBar</name>
    <message>
        <source>%1 % [%2, %3]</source>
        <translation>%1 % [%2, %3]</translation>
    </message>
    <message>
        <source>Bits per weight</source>
        <translation>每权重位数</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Show the jobs</source>
        <translation>显示任务</translation>
    </message>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>%1 → %2 (%3)</source>
        <translation>%1 → %2（%3）</translation>
    </message>
    <message>
        <source>%1 bytes before, %2 bytes after</source>
        <translation>之前 %1 字节，之后 %2 字节</translation>
    </message>
    <message>
        <source>Stored bits of the quantized layers divided by their number of weights. Layers that are kept do not count.</source>
        <translation>量化层存储的总位数除以其权重个数。保留的层不计入。</translation>
    </message>
    <message>
        <source>Σ bits of quantized layers / Σ weights of quantized layers</source>
        <translation>量化层位数之和 / 量化层权重之和</translation>
    </message>
    <message>
        <source>%1, float → quantized, n = %2</source>
        <translation>%1，浮点 → 量化，n = %2</translation>
    </message>
    <message>
        <source>Measured with an earlier recipe; evaluate again</source>
        <translation>用之前的配方测得；请重新评估</translation>
    </message>
    <message>
        <source>Share of samples the model gets right, measured by running it, with its 95 % Wilson interval. Two intervals that overlap may still differ: the runs panel has the paired test.</source>
        <translation>实际运行模型测得的正确样本占比及其 95 % Wilson 区间。两个区间重叠时仍可能有差异：评估记录面板中有配对检验。</translation>
    </message>
    <message>
        <source>correct / n</source>
        <translation>正确数 / n</translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation>尚未测量。</translation>
    </message>
    <message>
        <source>Data: %1, %2 samples</source>
        <translation>数据：%1，%2 个样本</translation>
    </message>
    <message>
        <source>Evaluating…</source>
        <translation>正在评估…</translation>
    </message>
    <message>
        <source>Re-evaluate</source>
        <translation>重新评估</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Run the model on the evaluation data, float and quantized</source>
        <translation>用评估数据运行浮点模型和量化模型</translation>
    </message>
    <message>
        <source>An estimate of how much the model suffers, before it is run. Not available for this model yet.</source>
        <translation>在运行之前估计模型受损的程度。该模型暂无此数据。</translation>
    </message>
    <message numerus="yes">
        <source>%n jobs</source>
        <translation>
            <numerusform>%n 个任务</numerusform>
        </translation>
    </message>
    <message>
        <source>Weight error R</source>
        <translation>权重误差 R</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>File: %1</source>
        <translation>文件：%1</translation>
    </message>
    <message>
        <source>Tensors alone: %1</source>
        <translation>仅张量：%1</translation>
    </message>
    <message>
        <source>The model&apos;s own file, and the file that is exported: packed codes, scales and tables of quantized layers, all other tensors as they are, and the header with names and recipe (to some bytes a layer).</source>
        <translation>模型自己的文件，以及导出的文件：量化层的打包编码、缩放和表，所有其他张量保持原样，以及含名称和配方的文件头（每层误差仅数字节）。</translation>
    </message>
    <message>
        <source>header + Σ bits / 8</source>
        <translation>文件头 + Σ 位数 / 8</translation>
    </message>
</context>
<context>
    <name>bw::ValueStrip</name>
    <message>
        <source>best %1</source>
        <translation>最佳 %1</translation>
    </message>
    <message>
        <source>best %1: %2</source>
        <translation>最佳 %1：%2</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Drag, or use the arrow keys; right-click to type a value.</source>
        <translation>拖动，或使用方向键；右键单击可输入数值。</translation>
    </message>
    <message>
        <source>%1. Double-click to take it.</source>
        <translation>%1。双击采用。</translation>
    </message>
</context>
<context>
    <name>bw::WalkControls</name>
    <message>
        <source>Show how the allocation is found, step by step</source>
        <translation>逐步展示如何找到分配</translation>
    </message>
    <message>
        <source>One step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>One step</source>
        <translation>前进一步</translation>
    </message>
    <message>
        <source>Back to the allocation</source>
        <translation>回到分配</translation>
    </message>
    <message>
        <source>Step of the walk</source>
        <translation>演示的步数</translation>
    </message>
    <message>
        <source>Speed of the walk</source>
        <translation>演示速度</translation>
    </message>
    <message>
        <source>%1 steps/s</source>
        <translation>%1 步/秒</translation>
    </message>
    <message>
        <source>Watch how it is found</source>
        <translation>观看它是如何找到的</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>cannot write %1: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>a size in the file is too large to be true</source>
        <translation>文件中的某个大小大得不真实</translation>
    </message>
    <message>
        <source>an offset in the file is too large to be true</source>
        <translation>文件中的某个偏移大得不真实</translation>
    </message>
    <message>
        <source>the key &quot;%1&quot; occurs twice in one JSON object</source>
        <translation>键“%1”在同一个 JSON 对象中出现了两次</translation>
    </message>
    <message>
        <source>the JSON is nested too deeply</source>
        <translation>JSON 嵌套过深</translation>
    </message>
    <message>
        <source>the JSON is %1 long; at most %2 are read</source>
        <translation>JSON 长 %1；最多读取 %2</translation>
    </message>
    <message>
        <source>the JSON is malformed at %1</source>
        <translation>JSON 在 %1 处格式错误</translation>
    </message>
    <message>
        <source>cannot open %1: %2</source>
        <translation>无法打开 %1：%2</translation>
    </message>
    <message>
        <source>%1 is not a regular file</source>
        <translation>%1 不是普通文件</translation>
    </message>
    <message>
        <source>cannot map %1 into memory: %2</source>
        <translation>无法将 %1 映射到内存：%2</translation>
    </message>
    <message>
        <source>a file of texts</source>
        <translation>文本文件</translation>
    </message>
    <message>
        <source>this may be one of a pair of IDX files; name both: IMAGES,LABELS</source>
        <translation>这可能是一对 IDX 文件中的一个；请同时给出两者：IMAGES,LABELS</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a text</source>
        <translation>条目“%1”不是文本</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a number, or too large</source>
        <translation>条目“%1”不是数，或过大</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a JSON object</source>
        <translation>条目“%1”不是 JSON 对象</translation>
    </message>
    <message>
        <source>the layout &quot;%1&quot; is unknown; NCHW and NHWC are possible</source>
        <translation>未知布局“%1”；可用 NCHW 和 NHWC</translation>
    </message>
    <message>
        <source>the scale &quot;%1&quot; is not understood; write &quot;x/255&quot;, &quot;x*2&quot;, a number or &quot;none&quot;</source>
        <translation>无法理解缩放“%1”；请写 &quot;x/255&quot;、&quot;x*2&quot;、一个数或 &quot;none&quot;</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; holds a number that is not above zero</source>
        <translation>条目“%1”含有不大于零的数</translation>
    </message>
    <message>
        <source>the color &quot;%1&quot; is unknown; RGB, BGR and gray are possible</source>
        <translation>未知颜色“%1”；可用 RGB、BGR 和 gray</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; is not a list of texts</source>
        <translation>条目“%1”不是文本列表</translation>
    </message>
    <message>
        <source>the class &quot;%1&quot; is listed twice</source>
        <translation>类别“%1”列出了两次</translation>
    </message>
    <message>
        <source>the description is not a JSON object</source>
        <translation>描述不是 JSON 对象</translation>
    </message>
    <message>
        <source>the description is %1 long; at most %2 are read</source>
        <translation>描述长 %1；最多读取 %2</translation>
    </message>
    <message>
        <source>the folder cannot be read: %1</source>
        <translation>无法读取文件夹：%1</translation>
    </message>
    <message>
        <source>the file has %1, too much for one picture</source>
        <translation>文件有 %1，对一张图像来说过大</translation>
    </message>
    <message>
        <source>dataset.json does not list this folder as a class</source>
        <translation>dataset.json 没有把此文件夹列为类别</translation>
    </message>
    <message>
        <source>the folder holds no data set: neither IDX files nor sub-folders with JPEG or PNG pictures</source>
        <translation>文件夹中没有数据集：既无 IDX 文件，也无含 JPEG 或 PNG 图像的子文件夹</translation>
    </message>
    <message>
        <source>the picture has %1 by %2 pixels, but %3 has %4 by %5; all must have one size</source>
        <translation>图像为 %1×%2 像素，而 %3 为 %4×%5；所有图像必须大小相同</translation>
    </message>
    <message>
        <source>%1 files that are no JPEG or PNG pictures are left out.</source>
        <translation>已略去 %1 个不是 JPEG 或 PNG 图像的文件。</translation>
    </message>
    <message>
        <source>there is not enough memory to unpack the file</source>
        <translation>内存不足，无法解压文件</translation>
    </message>
    <message>
        <source>the gzip data ends early; the file may be truncated</source>
        <translation>gzip 数据提前结束；文件可能被截断</translation>
    </message>
    <message>
        <source>the gzip data is damaged</source>
        <translation>gzip 数据已损坏</translation>
    </message>
    <message>
        <source>this is no IDX file: its header names an unknown type</source>
        <translation>这不是 IDX 文件：其文件头中的类型未知</translation>
    </message>
    <message>
        <source>the file ends early; it may be truncated</source>
        <translation>文件提前结束；可能被截断</translation>
    </message>
    <message>
        <source>the file is too short for the sizes in its header; it may be truncated</source>
        <translation>文件短于文件头所述大小；可能被截断</translation>
    </message>
    <message>
        <source>the file goes on after the values its header announces</source>
        <translation>文件在文件头所述的值之后还有内容</translation>
    </message>
    <message>
        <source>this is no IDX file: it does not begin with two zero bytes</source>
        <translation>这不是 IDX 文件：开头不是两个零字节</translation>
    </message>
    <message>
        <source>the header announces %1 dimensions</source>
        <translation>文件头声明了 %1 个维度</translation>
    </message>
    <message>
        <source>the JPEG picture is damaged: %1</source>
        <translation>JPEG 图像已损坏：%1</translation>
    </message>
    <message>
        <source>sample %1 has label %2, but the classes are 0 to %3</source>
        <translation>样本 %1 的标签为 %2，但类别为 0 到 %3</translation>
    </message>
    <message>
        <source>the data set has no samples</source>
        <translation>数据集没有样本</translation>
    </message>
    <message>
        <source>the samples have no values</source>
        <translation>样本没有值</translation>
    </message>
    <message>
        <source>samples were asked for that the data set does not have</source>
        <translation>请求了数据集中不存在的样本</translation>
    </message>
    <message>
        <source>there are %1 samples, but %2 labels</source>
        <translation>有 %1 个样本，却有 %2 个标签</translation>
    </message>
    <message>
        <source>the labels have shape %1; one whole number per sample is needed</source>
        <translation>标签的形状为 %1；每个样本需要一个整数</translation>
    </message>
    <message>
        <source>the labels are of type %1; whole numbers are needed</source>
        <translation>标签的类型为 %1；需要整数</translation>
    </message>
    <message>
        <source>the samples have shape %1; the first dimension must count them</source>
        <translation>样本的形状为 %1；第一维必须是样本数</translation>
    </message>
    <message>
        <source>No dataset.json says how the values are scaled; bytes are divided by 255.</source>
        <translation>没有 dataset.json 说明数值如何缩放；字节值除以 255。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; has %2 numbers, but the samples have %3 channels</source>
        <translation>“%1”有 %2 个数，但样本有 %3 个通道</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>文件为空</translation>
    </message>
    <message>
        <source>this is no JPEG or PNG picture</source>
        <translation>这不是 JPEG 或 PNG 图像</translation>
    </message>
    <message>
        <source>the picture claims %1 by %2 pixels, which is too large</source>
        <translation>图像声称有 %1×%2 像素，过大</translation>
    </message>
    <message>
        <source>the picture has %1 by %2 pixels instead of %3 by %4</source>
        <translation>图像为 %1×%2 像素，而不是 %3×%4</translation>
    </message>
    <message>
        <source>the PNG picture is damaged: %1</source>
        <translation>PNG 图像已损坏：%1</translation>
    </message>
    <message>
        <source>dataset.json speaks of a tensor &quot;%1&quot;, but there is none</source>
        <translation>dataset.json 提到张量“%1”，但它不存在</translation>
    </message>
    <message>
        <source>a data set needs a tensor called %1, but there is none</source>
        <translation>数据集需要名为 %1 的张量，但它不存在</translation>
    </message>
    <message>
        <source>tensor %1</source>
        <translation>张量 %1</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>层 %1</translation>
    </message>
    <message>
        <source>there is no method &quot;%1&quot;</source>
        <translation>没有方法“%1”</translation>
    </message>
    <message>
        <source>Quantizing %1</source>
        <translation>正在量化 %1</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>The model does not return; restart Bitwright to run models again.</source>
        <translation>模型没有返回；请重新启动 Bitwright 后再运行模型。</translation>
    </message>
    <message>
        <source>The inference engine has been shut down.</source>
        <translation>推理引擎已关闭。</translation>
    </message>
    <message>
        <source>The thread for LibTorch cannot be started.</source>
        <translation>无法启动 LibTorch 线程。</translation>
    </message>
    <message>
        <source>This build of Bitwright has no LibTorch engine (%1 is not beside the program), so it can neither open nor run TorchScript models. Build it with BITWRIGHT_WITH_TORCH=ON.</source>
        <translation>此版本的 Bitwright 没有 LibTorch 引擎（程序旁没有 %1），因此既不能打开也不能运行 TorchScript 模型。请用 BITWRIGHT_WITH_TORCH=ON 构建。</translation>
    </message>
    <message>
        <source>The LibTorch engine %1 cannot be loaded: %2.</source>
        <translation>无法加载 LibTorch 引擎 %1：%2。</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位数</translation>
    </message>
    <message>
        <source>Bits per code: n bits tell 2ⁿ levels apart.</source>
        <translation>每个编码的位数：n 位可区分 2ⁿ 个电平。</translation>
    </message>
    <message>
        <source>Signed integers</source>
        <translation>有符号整数</translation>
    </message>
    <message>
        <source>Equally spaced levels from −2^(b−1) to 2^(b−1)−1 times a scale; halves round away from zero.</source>
        <translation>从 −2^(b−1) 到 2^(b−1)−1 的等距电平乘以缩放因子；恰为一半时向远离零的方向取整。</translation>
    </message>
    <message>
        <source>Symmetric integers</source>
        <translation>对称整数</translation>
    </message>
    <message>
        <source>Equally spaced levels from −(2^(b−1)−1) to 2^(b−1)−1 times a scale; halves round away from zero.</source>
        <translation>从 −(2^(b−1)−1) 到 2^(b−1)−1 的等距电平乘以缩放因子；恰为一半时向远离零的方向取整。</translation>
    </message>
    <message>
        <source>there is no format family &quot;%1&quot;</source>
        <translation>没有格式族“%1”</translation>
    </message>
    <message>
        <source>format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>unknown number format &quot;%1&quot;</source>
        <translation>未知数值格式“%1”</translation>
    </message>
    <message>
        <source>unknown number format &quot;%1&quot;; did you mean %2?</source>
        <translation>未知数值格式“%1”；是否想写 %2？</translation>
    </message>
    <message>
        <source>block size &quot;%1&quot; must be between 1 and %2</source>
        <translation>块大小“%1”必须在 1 到 %2 之间</translation>
    </message>
    <message>
        <source>the scale rule &quot;%1&quot; needs a number, as in %2</source>
        <translation>缩放规则“%1”需要一个数，例如 %2</translation>
    </message>
    <message>
        <source>unknown scale rule or scale type &quot;%1&quot;</source>
        <translation>未知缩放规则或缩放因子类型“%1”</translation>
    </message>
    <message>
        <source>unknown scale rule or scale type &quot;%1&quot;; did you mean %2?</source>
        <translation>未知缩放规则或缩放因子类型“%1”；是否想写 %2？</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a second scale rule or scale type: give one of each</source>
        <translation>“%1”是第二个缩放规则或缩放因子类型：各只能给出一个</translation>
    </message>
    <message>
        <source>block size %1 must be between 1 and %2</source>
        <translation>块大小 %1 必须在 1 到 %2 之间</translation>
    </message>
    <message>
        <source>there is no scale rule &quot;%1&quot;</source>
        <translation>没有缩放规则“%1”</translation>
    </message>
    <message>
        <source>there is no scale type &quot;%1&quot;</source>
        <translation>没有缩放因子类型“%1”</translation>
    </message>
    <message>
        <source>format &quot;%1&quot;</source>
        <translation>格式“%1”</translation>
    </message>
    <message>
        <source>unknown scaling or extra &quot;/%1&quot;: scaling is /t, /c or /b64</source>
        <translation>未知缩放或附加项“/%1”：缩放为 /t、/c 或 /b64</translation>
    </message>
    <message>
        <source>unknown scaling or extra &quot;/%1&quot;; did you mean /%2?</source>
        <translation>未知缩放或附加项“/%1”；是否想写 /%2？</translation>
    </message>
    <message>
        <source>%1 has no scale, so it takes no scaling</source>
        <translation>%1 没有缩放因子，因此不接受缩放</translation>
    </message>
    <message>
        <source>%1 has no scale, so it takes no scale rule</source>
        <translation>%1 没有缩放因子，因此不接受缩放规则</translation>
    </message>
    <message>
        <source>value %1 is not a finite number, so the tensor cannot be quantized</source>
        <translation>值 %1 不是有限数，因此无法量化该张量</translation>
    </message>
    <message>
        <source>the quantized tensor has no &quot;%1&quot;</source>
        <translation>量化张量没有“%1”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 values of type %3</source>
        <translation>量化张量的“%1”必须是 %2 个 %3 类型的值</translation>
    </message>
    <message>
        <source>scale %1 of the quantized tensor is not a usable number</source>
        <translation>量化张量的缩放因子 %1 不是可用的数</translation>
    </message>
    <message>
        <source>%1 must be between %2 and %3, not %4</source>
        <translation>%1 必须在 %2 到 %3 之间，而不是 %4</translation>
    </message>
    <message>
        <source>%1 must be %2</source>
        <translation>%1 必须为 %2</translation>
    </message>
    <message>
        <source>%1 cannot be searched: give a value</source>
        <translation>%1 不能搜索：请给出值</translation>
    </message>
    <message>
        <source>%1 must be one of %2, not &quot;%3&quot;</source>
        <translation>%1 必须是 %2 之一，而不是“%3”</translation>
    </message>
    <message>
        <source>%1 must have %2 to %3 numbers, not %4</source>
        <translation>%1 必须有 %2 到 %3 个数，而不是 %4 个</translation>
    </message>
    <message>
        <source>%1 is missing</source>
        <translation>缺少 %1</translation>
    </message>
    <message>
        <source>there is no parameter &quot;%1&quot;</source>
        <translation>没有参数“%1”</translation>
    </message>
    <message>
        <source>there is no parameter &quot;%1&quot;; did you mean %2?</source>
        <translation>没有参数“%1”；是否想写 %2？</translation>
    </message>
    <message>
        <source>the quantized tensor has the code %1, but only %2 levels</source>
        <translation>量化张量含有编码 %1，但只有 %2 个电平</translation>
    </message>
    <message>
        <source>the quantized tensor has no dimension %1</source>
        <translation>量化张量没有维度 %1</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 bytes, not %3</source>
        <translation>量化张量的“%1”必须为 %2 字节，而不是 %3</translation>
    </message>
    <message>
        <source>Largest magnitude</source>
        <translation>最大幅值</translation>
    </message>
    <message>
        <source>The largest magnitude of a group maps to the end of the grid.</source>
        <translation>组内最大幅值对应网格的末端。</translation>
    </message>
    <message>
        <source>Share of the largest</source>
        <translation>最大幅值的比例</translation>
    </message>
    <message>
        <source>Values beyond this share of the group&apos;s largest magnitude are clipped to the end of the grid.</source>
        <translation>超过组内最大幅值这一比例的值截断到网格末端。</translation>
    </message>
    <message>
        <source>bfloat16</source>
        <translation>bfloat16</translation>
    </message>
    <message>
        <source>half precision</source>
        <translation>半精度</translation>
    </message>
    <message>
        <source>single precision</source>
        <translation>单精度</translation>
    </message>
    <message>
        <source>Round to nearest</source>
        <translation>就近取整</translation>
    </message>
    <message>
        <source>Every weight becomes the nearest level of its group&apos;s grid. Fast, needs no data, and is what other methods improve on.</source>
        <translation>每个权重变为其组网格中最近的电平。速度快，无需数据，是其他方法的改进基础。</translation>
    </message>
    <message>
        <source>the file does not exist</source>
        <translation>文件不存在</translation>
    </message>
    <message>
        <source>the file cannot be opened: %1</source>
        <translation>无法打开文件：%1</translation>
    </message>
    <message>
        <source>this is a folder, not a file</source>
        <translation>这是文件夹，不是文件</translation>
    </message>
    <message>
        <source>this is not a regular file</source>
        <translation>这不是普通文件</translation>
    </message>
    <message>
        <source>the file cannot be read: %1</source>
        <translation>无法读取文件：%1</translation>
    </message>
    <message>
        <source>the file became shorter while it was read</source>
        <translation>读取过程中文件变短了</translation>
    </message>
    <message>
        <source>file %1</source>
        <translation>文件 %1</translation>
    </message>
    <message>
        <source>a GGUF model</source>
        <translation>GGUF 模型</translation>
    </message>
    <message>
        <source>an old GGML model</source>
        <translation>旧版 GGML 模型</translation>
    </message>
    <message>
        <source>an HDF5 file</source>
        <translation>HDF5 文件</translation>
    </message>
    <message>
        <source>a NumPy array</source>
        <translation>NumPy 数组</translation>
    </message>
    <message>
        <source>an old PyTorch checkpoint (Python pickle)</source>
        <translation>旧版 PyTorch 检查点（Python pickle）</translation>
    </message>
    <message>
        <source>a Python pickle</source>
        <translation>Python pickle</translation>
    </message>
    <message>
        <source>a TensorFlow Lite model</source>
        <translation>TensorFlow Lite 模型</translation>
    </message>
    <message>
        <source>a PyTorch mobile model</source>
        <translation>PyTorch 移动端模型</translation>
    </message>
    <message>
        <source>a gzip-compressed file</source>
        <translation>gzip 压缩文件</translation>
    </message>
    <message>
        <source>a Zstandard-compressed file</source>
        <translation>Zstandard 压缩文件</translation>
    </message>
    <message>
        <source>a PLY point cloud</source>
        <translation>PLY 点云</translation>
    </message>
    <message>
        <source>a Git LFS pointer, not the file it stands for; run &quot;git lfs pull&quot;</source>
        <translation>Git LFS 指针，而不是它所代表的文件；请运行“git lfs pull”</translation>
    </message>
    <message>
        <source>a zip archive</source>
        <translation>zip 归档</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>1-D convolution</source>
        <translation>一维卷积</translation>
    </message>
    <message>
        <source>2-D convolution</source>
        <translation>二维卷积</translation>
    </message>
    <message>
        <source>3-D convolution</source>
        <translation>三维卷积</translation>
    </message>
    <message>
        <source>transposed convolution</source>
        <translation>转置卷积</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>matrix</source>
        <translation>矩阵</translation>
    </message>
    <message>
        <source>bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>normalization</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>running statistic</source>
        <translation>运行统计量</translation>
    </message>
    <message>
        <source>other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>this is %1; this build opens only: %2</source>
        <translation>这是%1；此版本只能打开：%2</translation>
    </message>
    <message>
        <source>this is not a model file of a known kind; this build opens: %1</source>
        <translation>这不是已知种类的模型文件；此版本可打开：%1</translation>
    </message>
    <message>
        <source>tensor %1 is listed twice</source>
        <translation>张量 %1 列出了两次</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is given twice</source>
        <translation>“%1”给出了两次</translation>
    </message>
    <message>
        <source>&quot;weight_map&quot; is not a list of tensors and the files that hold them</source>
        <translation>&quot;weight_map&quot; 不是张量及其所在文件的列表</translation>
    </message>
    <message>
        <source>the index is not a JSON object</source>
        <translation>索引不是 JSON 对象</translation>
    </message>
    <message>
        <source>the index has %1 bytes; at most %2 are allowed</source>
        <translation>索引有 %1 字节；最多允许 %2</translation>
    </message>
    <message>
        <source>the index lists no tensors (&quot;weight_map&quot; is missing or empty)</source>
        <translation>索引没有列出张量（缺少 &quot;weight_map&quot; 或其为空）</translation>
    </message>
    <message>
        <source>the shard name &quot;%1&quot; is not the plain name of a file in the same folder</source>
        <translation>分片名“%1”不是同一文件夹中文件的普通名称</translation>
    </message>
    <message>
        <source>the shard &quot;%1&quot; is a link that leads out of the folder</source>
        <translation>分片“%1”是指向文件夹之外的链接</translation>
    </message>
    <message>
        <source>Tensor %1 in %2 is skipped, because the index does not list it there.</source>
        <translation>跳过 %2 中的张量 %1，因为索引没有把它列在那里。</translation>
    </message>
    <message>
        <source>the index says that this file holds the tensor, but it does not</source>
        <translation>索引称此文件含有该张量，但实际没有</translation>
    </message>
    <message>
        <source>safetensors</source>
        <translation>safetensors</translation>
    </message>
    <message>
        <source>Its values are of type %1, not floating-point numbers.</source>
        <translation>其值的类型为 %1，不是浮点数。</translation>
    </message>
    <message>
        <source>It has no values.</source>
        <translation>它没有值。</translation>
    </message>
    <message>
        <source>It has fewer than two dimensions.</source>
        <translation>它的维数少于两维。</translation>
    </message>
    <message>
        <source>It is no weight of a layer, but: %1.</source>
        <translation>它不是层的权重，而是：%1。</translation>
    </message>
    <message>
        <source>two tensors are called %1</source>
        <translation>有两个张量名为 %1</translation>
    </message>
    <message>
        <source>the file was changed while it was opened</source>
        <translation>打开过程中文件被更改</translation>
    </message>
    <message>
        <source>values of type %1 cannot be read by this build</source>
        <translation>此版本无法读取 %1 类型的值</translation>
    </message>
    <message>
        <source>the element type &quot;%1&quot; is unknown</source>
        <translation>未知元素类型“%1”</translation>
    </message>
    <message>
        <source>the header is not a JSON object</source>
        <translation>文件头不是 JSON 对象</translation>
    </message>
    <message>
        <source>&quot;__metadata__&quot; holds something other than texts</source>
        <translation>&quot;__metadata__&quot; 含有文本以外的内容</translation>
    </message>
    <message>
        <source>&quot;dtype&quot; is not a text</source>
        <translation>&quot;dtype&quot; 不是文本</translation>
    </message>
    <message>
        <source>&quot;shape&quot; is not a list of whole numbers of zero or more</source>
        <translation>&quot;shape&quot; 不是非负整数的列表</translation>
    </message>
    <message>
        <source>&quot;data_offsets&quot; is not a list of two whole numbers of zero or more</source>
        <translation>&quot;data_offsets&quot; 不是两个非负整数的列表</translation>
    </message>
    <message>
        <source>the header entry is not a JSON object</source>
        <translation>文件头条目不是 JSON 对象</translation>
    </message>
    <message>
        <source>the metadata entry &quot;%1&quot; is given twice</source>
        <translation>元数据条目“%1”给出了两次</translation>
    </message>
    <message>
        <source>the tensor has too many dimensions</source>
        <translation>张量的维数过多</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is missing</source>
        <translation>缺少“%1”</translation>
    </message>
    <message>
        <source>its data ends before it begins</source>
        <translation>其数据的结尾在开头之前</translation>
    </message>
    <message>
        <source>its data ends at byte %1, but the file has only %2 bytes of data; it may be truncated</source>
        <translation>其数据结束于第 %1 字节，但文件只有 %2 字节数据；可能被截断</translation>
    </message>
    <message>
        <source>shape %1 of type %2 needs %3 bytes, but its data has %4</source>
        <translation>形状 %1、类型 %2 需要 %3 字节，但其数据有 %4 字节</translation>
    </message>
    <message>
        <source>its data overlaps that of another tensor</source>
        <translation>其数据与另一个张量的数据重叠</translation>
    </message>
    <message>
        <source>%1 bytes before its data belong to no tensor</source>
        <translation>其数据之前有 %1 字节不属于任何张量</translation>
    </message>
    <message>
        <source>%1 bytes at the end of the file belong to no tensor</source>
        <translation>文件末尾有 %1 字节不属于任何张量</translation>
    </message>
    <message>
        <source>the name is given to two tensors</source>
        <translation>该名称用于两个张量</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not valid UTF-8</source>
        <translation>“%1”不是有效的 UTF-8</translation>
    </message>
    <message>
        <source>the file is too short for a safetensors file</source>
        <translation>文件太短，不是 safetensors 文件</translation>
    </message>
    <message>
        <source>the header claims %1 bytes; at most %2 are allowed</source>
        <translation>文件头声称有 %1 字节；最多允许 %2</translation>
    </message>
    <message>
        <source>the header claims %1 bytes, but only %2 follow; the file may be truncated</source>
        <translation>文件头声称有 %1 字节，但其后只有 %2；文件可能被截断</translation>
    </message>
    <message>
        <source>the JSON is malformed at byte %1</source>
        <translation>JSON 在第 %1 字节处格式错误</translation>
    </message>
    <message>
        <source>the pattern is %1 characters long; at most %2 are allowed</source>
        <translation>模式长 %1 个字符；最多允许 %2</translation>
    </message>
    <message>
        <source>the pattern &quot;%1&quot; uses a back-reference, which is not supported</source>
        <translation>模式“%1”使用了不支持的反向引用</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a valid regular expression: check its brackets, and write a literal . ( ) [ ] * + ? as \. \( …</source>
        <translation>“%1”不是有效的正则表达式：请检查括号，并把字面的 . ( ) [ ] * + ? 写成 \. \( …</translation>
    </message>
    <message>
        <source>rule %1 &quot;%2&quot;</source>
        <translation>规则 %1“%2”</translation>
    </message>
    <message>
        <source>default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>no layer&apos;s name matches &quot;%1&quot;</source>
        <translation>没有层名匹配“%1”</translation>
    </message>
    <message>
        <source>no layer&apos;s name matches &quot;%1&quot;; the nearest is &quot;%2&quot;</source>
        <translation>没有层名匹配“%1”；最接近的是“%2”</translation>
    </message>
    <message>
        <source>recipe, at %1</source>
        <translation>配方，位于 %1</translation>
    </message>
    <message>
        <source>an object {…} is expected here</source>
        <translation>此处应为对象 {…}</translation>
    </message>
    <message>
        <source>unknown key &quot;%1&quot;; valid keys are %2</source>
        <translation>未知键“%1”；有效的键为 %2</translation>
    </message>
    <message>
        <source>unknown key &quot;%1&quot;; did you mean &quot;%2&quot;?</source>
        <translation>未知键“%1”；是否想写“%2”？</translation>
    </message>
    <message>
        <source>a text in quotes is expected, not %1</source>
        <translation>应为带引号的文本，而不是 %1</translation>
    </message>
    <message>
        <source>%1 is too large</source>
        <translation>%1 过大</translation>
    </message>
    <message>
        <source>a number, a text, a list of numbers or null is expected, not %1</source>
        <translation>应为数、文本、数的列表或 null，而不是 %1</translation>
    </message>
    <message>
        <source>unknown method &quot;%1&quot;; valid methods are %2</source>
        <translation>未知方法“%1”；有效的方法为 %2</translation>
    </message>
    <message>
        <source>unknown method &quot;%1&quot;; did you mean &quot;%2&quot;?</source>
        <translation>未知方法“%1”；是否想写“%2”？</translation>
    </message>
    <message>
        <source>the key &quot;match&quot; is missing: the pattern of the layer names this rule is for</source>
        <translation>缺少键 &quot;match&quot;：此规则所针对的层名模式</translation>
    </message>
    <message>
        <source>this is no recipe: the key &quot;%1&quot; is missing</source>
        <translation>这不是配方：缺少键“%1”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be the number %2</source>
        <translation>“%1”必须为数 %2</translation>
    </message>
    <message>
        <source>the recipe is of version %1; this program reads version %2: a newer Bitwright is needed</source>
        <translation>配方的版本为 %1；此程序读取版本 %2：需要更新的 Bitwright</translation>
    </message>
    <message>
        <source>a list […] of at most %1 rules is expected</source>
        <translation>应为最多 %1 条规则的列表 […]</translation>
    </message>
    <message>
        <source>recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>a whole number from 0 is expected, not %1</source>
        <translation>应为从 0 起的整数，而不是 %1</translation>
    </message>
    <message>
        <source>a histogram cannot have %1 bins; 1 to %2 are possible</source>
        <translation>直方图不能有 %1 格；可用 1 到 %2</translation>
    </message>
    <message>
        <source>a histogram cannot reach from %1 to %2</source>
        <translation>直方图不能从 %1 到 %2</translation>
    </message>
    <message>
        <source>the value %1 lies outside the histogram, which reaches from %2 to %3</source>
        <translation>值 %1 在直方图范围 %2 到 %3 之外</translation>
    </message>
    <message>
        <source>a logarithmic histogram has 1 to %1 bins per octave, not %2</source>
        <translation>对数直方图每倍程有 1 到 %1 格，而不是 %2</translation>
    </message>
    <message>
        <source>a dimension is negative</source>
        <translation>某一维为负</translation>
    </message>
    <message>
        <source>There is not enough memory for this job.</source>
        <translation>内存不足，无法完成此任务。</translation>
    </message>
    <message>
        <source>A fault of this program stopped the job: %1</source>
        <translation>程序自身的错误中止了任务：%1</translation>
    </message>
    <message>
        <source>%1 has no labelled samples.</source>
        <translation>%1 没有带标签的样本。</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>putting the quantized weights in place</source>
        <translation>正在装入量化权重</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>%1 gives outputs of shape %2 for %3 samples. Bitwright evaluates classifiers, which give one row of class scores for each sample.</source>
        <translation>%1 对 %3 个样本给出形状为 %2 的输出。Bitwright 评估的是分类器，即对每个样本给出一行类别得分。</translation>
    </message>
    <message>
        <source>%1 does not take the samples of %2, which have shape %3. %4</source>
        <translation>%1 不接受 %2 的样本，其形状为 %3。%4</translation>
    </message>
    <message>
        <source>%1 gives %2 classes for some samples and %3 for others.</source>
        <translation>%1 对部分样本给出 %2 个类别，对其他样本给出 %3 个。</translation>
    </message>
    <message>
        <source>%1 gives a score that is not a finite number for sample %2 of %3.</source>
        <translation>%1 对样本 %2（共 %3 个）给出了非有限数的得分。</translation>
    </message>
    <message>
        <source>Sample %1 of %2 has label %3, but %4 knows %5 classes, 0 to %6.</source>
        <translation>%2 的样本 %1 的标签为 %3，但 %4 只有 %5 个类别，即 0 到 %6。</translation>
    </message>
    <message>
        <source>%1 cannot be evaluated: it holds weights, but no program that takes one tensor. Open the model as TorchScript.</source>
        <translation>无法评估 %1：它只有权重，没有接受单个张量的程序。请以 TorchScript 形式打开该模型。</translation>
    </message>
    <message>
        <source>evaluating the float model</source>
        <translation>正在评估浮点模型</translation>
    </message>
    <message>
        <source>evaluating the quantized model</source>
        <translation>正在评估量化模型</translation>
    </message>
    <message>
        <source>values cannot be written as %1</source>
        <translation>值不能写为 %1</translation>
    </message>
    <message>
        <source>there is no file format &quot;%1&quot; to write; valid ones are %2</source>
        <translation>没有可写入的文件格式“%1”；可用 %2</translation>
    </message>
    <message>
        <source>the ending of &quot;%1&quot; does not say which file format to write; known endings are %2</source>
        <translation>“%1”的后缀没有说明写入哪种文件格式；已知后缀为 %2</translation>
    </message>
    <message>
        <source>the output &quot;%1&quot; is a file of the model itself; choose another name</source>
        <translation>输出“%1”是模型自身的文件；请另选名称</translation>
    </message>
    <message>
        <source>the output &quot;%1&quot; is a folder; a file name is needed</source>
        <translation>输出“%1”是文件夹；需要文件名</translation>
    </message>
    <message>
        <source>a layer is called &quot;%1&quot;, which safetensors files reserve</source>
        <translation>有一层名为“%1”，而 safetensors 文件保留了该名称</translation>
    </message>
    <message>
        <source>its description reads back differently than it was written</source>
        <translation>其描述的回读结果与写入的不同</translation>
    </message>
    <message>
        <source>value %1 decodes to %2 from the written file, but was %3</source>
        <translation>值 %1 从写入的文件解码为 %2，但原为 %3</translation>
    </message>
    <message>
        <source>the written file has a quantized layer too many</source>
        <translation>写入的文件多出一个量化层</translation>
    </message>
    <message>
        <source>Safetensors</source>
        <translation>Safetensors</translation>
    </message>
    <message>
        <source>writing failed: %1</source>
        <translation>写入失败：%1</translation>
    </message>
    <message>
        <source>&quot;%1&quot; holds weights only, and a TorchScript file needs the program too; open the model&apos;s TorchScript file, or write safetensors</source>
        <translation>“%1”只有权重，而 TorchScript 文件还需要程序；请打开模型的 TorchScript 文件，或写为 safetensors</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>正在写入</translation>
    </message>
    <message>
        <source>its type or shape differs in the written file</source>
        <translation>其类型或形状在写入的文件中不同</translation>
    </message>
    <message>
        <source>value %1 reads back differently than it was written</source>
        <translation>值 %1 的回读结果与写入的不同</translation>
    </message>
    <message>
        <source>the written file, read back, holds another number of tensors</source>
        <translation>回读写入的文件，其张量数不同</translation>
    </message>
    <message>
        <source>Reading back</source>
        <translation>正在回读</translation>
    </message>
    <message>
        <source>it is missing in the written file</source>
        <translation>写入的文件中缺少它</translation>
    </message>
    <message>
        <source>TorchScript</source>
        <translation>TorchScript</translation>
    </message>
    <message>
        <source>its description has no &quot;%1&quot;</source>
        <translation>其描述没有“%1”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of its description is not a text</source>
        <translation>其描述的“%1”不是文本</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of its description is not a whole number from 0 to %2</source>
        <translation>其描述的“%1”不是 0 到 %2 的整数</translation>
    </message>
    <message>
        <source>its metadata has no &quot;%1&quot;</source>
        <translation>其元数据没有“%1”</translation>
    </message>
    <message>
        <source>it is a safetensors file, but holds no quantized layers with Bitwright&apos;s description</source>
        <translation>这是 safetensors 文件，但不含带 Bitwright 描述的量化层</translation>
    </message>
    <message>
        <source>the version of its layout is not a number</source>
        <translation>其布局版本不是数</translation>
    </message>
    <message>
        <source>its layout is of version %1; this program reads version %2: a newer Bitwright is needed</source>
        <translation>其布局的版本为 %1；此程序读取版本 %2：需要更新的 Bitwright</translation>
    </message>
    <message>
        <source>the metadata entry &quot;%1&quot; is not an object of texts</source>
        <translation>元数据条目“%1”不是文本对象</translation>
    </message>
    <message>
        <source>the description of its layers is not a JSON object</source>
        <translation>其各层的描述不是 JSON 对象</translation>
    </message>
    <message>
        <source>&quot;code_bits&quot; of its description does not fit its format</source>
        <translation>其描述的 &quot;code_bits&quot; 与格式不符</translation>
    </message>
    <message>
        <source>&quot;shape&quot; of its description is not a list of 2 to 64 sizes</source>
        <translation>其描述的 &quot;shape&quot; 不是 2 到 64 个大小的列表</translation>
    </message>
    <message>
        <source>a quantized layer without values</source>
        <translation>没有值的量化层</translation>
    </message>
    <message>
        <source>&quot;dtype&quot; of its description is not a float type</source>
        <translation>其描述的 &quot;dtype&quot; 不是浮点类型</translation>
    </message>
    <message>
        <source>its part &quot;%1&quot; is missing, or belongs to another layer too</source>
        <translation>其部分“%1”缺失，或同时属于另一层</translation>
    </message>
    <message>
        <source>the layer &quot;%1&quot; is stored twice</source>
        <translation>层“%1”存储了两次</translation>
    </message>
    <message>
        <source>the tie of &quot;%1&quot; to &quot;%2&quot; does not fit the layers in the file</source>
        <translation>“%1”与“%2”的共用关系与文件中的层不符</translation>
    </message>
    <message>
        <source>a file of the kind &quot;%1&quot; needs the model that was quantized, not only its weights: quantize that model to &quot;%1&quot; instead</source>
        <translation>“%1”类文件需要被量化的模型，而不仅是权重：请改为将该模型量化为“%1”</translation>
    </message>
    <message>
        <source>the output &quot;%1&quot; is the input itself; choose another name</source>
        <translation>输出“%1”就是输入本身；请另选名称</translation>
    </message>
    <message>
        <source>the header would be %1 long; safetensors files allow %2</source>
        <translation>文件头将长 %1；safetensors 文件允许 %2</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>the metadata entry &quot;%1&quot; differs in the written file</source>
        <translation>元数据条目“%1”在写入的文件中不同</translation>
    </message>
    <message>
        <source>the header changed its length while the file was written</source>
        <translation>写入过程中文件头的长度改变了</translation>
    </message>
    <message>
        <source>%1 is not the model this was made from: its SHA-256 differs</source>
        <translation>%1 不是制作此文件所用的模型：其 SHA-256 不同</translation>
    </message>
    <message>
        <source>the header does not have the SHA-256 it states</source>
        <translation>文件头的 SHA-256 与其所述不符</translation>
    </message>
    <message>
        <source>the list of the tensors&apos; SHA-256 does not fit the tensors in the file</source>
        <translation>张量 SHA-256 列表与文件中的张量不符</translation>
    </message>
    <message>
        <source>tensor %1 does not have the SHA-256 the file states</source>
        <translation>张量 %1 的 SHA-256 与文件所述不符</translation>
    </message>
    <message>
        <source>value %1 is not a finite number</source>
        <translation>值 %1 不是有限数</translation>
    </message>
    <message>
        <source>value %1 is not one of the levels of its format</source>
        <translation>值 %1 不是其格式的电平之一</translation>
    </message>
    <message>
        <source>the header has the SHA-256 it states</source>
        <translation>文件头的 SHA-256 与其所述相符</translation>
    </message>
    <message>
        <source>%1 tensors have the SHA-256 the file states</source>
        <translation>%1 个张量的 SHA-256 与文件所述相符</translation>
    </message>
    <message>
        <source>%1 quantized layers, %2 kept ones</source>
        <translation>%1 个量化层，%2 个保留层</translation>
    </message>
    <message>
        <source>every code stands for a finite level of its format</source>
        <translation>每个编码都对应其格式的有限电平</translation>
    </message>
    <message>
        <source>the model is the one the file was made from</source>
        <translation>模型正是制作该文件所用的模型</translation>
    </message>
    <message>
        <source>quantizing the model again by the recipe in the file gives the same bits</source>
        <translation>按文件中的配方重新量化模型，各位完全相同</translation>
    </message>
    <message>
        <source>%1 tensors</source>
        <translation>%1 个张量</translation>
    </message>
    <message>
        <source>quantizing the model again by the recipe in the file gives the same values</source>
        <translation>按文件中的配方重新量化模型，各值完全相同</translation>
    </message>
    <message>
        <source>layer %1 holds values that are not finite numbers</source>
        <translation>层 %1 含有非有限数的值</translation>
    </message>
    <message>
        <source>it is missing in the file</source>
        <translation>文件中缺少它</translation>
    </message>
    <message>
        <source>its shape is not that of the source</source>
        <translation>其形状与来源不同</translation>
    </message>
    <message>
        <source>its values are not those of the source, though such layers are never quantized</source>
        <translation>其值与来源不同，而此类层从不量化</translation>
    </message>
    <message>
        <source>a model of %1 layers</source>
        <translation>有 %1 层的模型</translation>
    </message>
    <message>
        <source>all values are finite numbers</source>
        <translation>所有值都是有限数</translation>
    </message>
    <message>
        <source>all layers of the source are there; those that are never quantized are the same</source>
        <translation>来源的所有层都在；从不量化的层保持相同</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be ascending numbers</source>
        <translation>量化张量的“%1”必须是递增的数</translation>
    </message>
    <message>
        <source>Codebook per group (k-means)</source>
        <translation>每组一个码本（k-means）</translation>
    </message>
    <message>
        <source>Every tensor, channel or block has the 2^b levels of its own with the least squared error; their storage counts.</source>
        <translation>每个张量、通道或块都有使平方误差最小的 2^b 个自有电平；其存储计入大小。</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>电平</translation>
    </message>
    <message>
        <source>Ascending numbers; a scale stretches them to the weights.</source>
        <translation>递增的数；由缩放因子拉伸到权重范围。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; lacks its closing parenthesis</source>
        <translation>“%1”缺少右括号</translation>
    </message>
    <message>
        <source>level &quot;%1&quot; is not a number</source>
        <translation>电平“%1”不是数</translation>
    </message>
    <message>
        <source>levels must ascend in float32: %1 is followed by %2</source>
        <translation>电平在 float32 中必须递增：%1 之后是 %2</translation>
    </message>
    <message>
        <source>Own codebook</source>
        <translation>自定义码本</translation>
    </message>
    <message>
        <source>The levels you draw, times a scale; each weight goes to the nearest, ties to the lower.</source>
        <translation>您绘制的电平乘以缩放因子；每个权重取最近的电平，距离相等时取较低者。</translation>
    </message>
    <message>
        <source>Fitted codebook (Lloyd–Max)</source>
        <translation>拟合码本（Lloyd–Max）</translation>
    </message>
    <message>
        <source>One codebook for the tensor, with the least squared error over all weights divided by their group&apos;s largest magnitude.</source>
        <translation>整个张量一个码本，对所有除以组内最大幅值的权重平方误差最小。</translation>
    </message>
    <message>
        <source>NormalFloat 4</source>
        <translation>NormalFloat 4</translation>
    </message>
    <message>
        <source>The published table of 16 levels at equal shares of a normal distribution (QLoRA), with 0 exact; meant for blocks of 64.</source>
        <translation>已发表的 16 电平表（QLoRA），按正态分布等份划分，0 精确表示；适用于大小为 64 的块。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 bytes</source>
        <translation>量化张量的“%1”必须为 %2 字节</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>The float type weights are stored in.</source>
        <translation>存储权重所用的浮点类型。</translation>
    </message>
    <message>
        <source>Not quantized</source>
        <translation>不量化</translation>
    </message>
    <message>
        <source>Weights stay floating-point numbers, rounded to the type chosen.</source>
        <translation>权重仍为浮点数，舍入到所选类型。</translation>
    </message>
    <message>
        <source>Exponent</source>
        <translation>幂指数</translation>
    </message>
    <message>
        <source>Below 1, levels crowd around zero, where most weights are; 1 is the uniform grid.</source>
        <translation>小于 1 时电平集中在多数权重所在的零附近；1 为均匀网格。</translation>
    </message>
    <message>
        <source>What shares a searched exponent; without effect when the exponent is given.</source>
        <translation>哪些部分共用搜索得到的幂指数；已给定幂指数时不起作用。</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>unknown argument &quot;%1&quot;: a power grid takes a=0.5 and scope=layer, channel or model</source>
        <translation>未知参数“%1”：幂网格接受 a=0.5 和 scope=layer、channel 或 model</translation>
    </message>
    <message>
        <source>the argument &quot;%1&quot; is given twice</source>
        <translation>参数“%1”给出了两次</translation>
    </message>
    <message>
        <source>the exponent &quot;%1&quot; is not a number</source>
        <translation>幂指数“%1”不是数</translation>
    </message>
    <message>
        <source>the quantized tensor&apos;s format &quot;%1&quot; does not say its exponent</source>
        <translation>量化张量的格式“%1”没有说明其幂指数</translation>
    </message>
    <message>
        <source>an exponent of the quantized tensor is not between %1 and %2</source>
        <translation>量化张量的某个幂指数不在 %1 到 %2 之间</translation>
    </message>
    <message>
        <source>Power function</source>
        <translation>幂函数</translation>
    </message>
    <message>
        <source>Rounds sgn(w)·|w|^a on a uniform grid (PowerQuant): one exponent moves the levels towards zero or apart.</source>
        <translation>在均匀网格上对 sgn(w)·|w|^a 取整（PowerQuant）：一个幂指数使电平向零聚拢或散开。</translation>
    </message>
    <message>
        <source>Integers with a zero-point</source>
        <translation>带零点的整数</translation>
    </message>
    <message>
        <source>2^b equally spaced levels from a group&apos;s smallest to its largest weight; 0 is one of them.</source>
        <translation>从组内最小到最大权重的 2^b 个等距电平；0 是其中之一。</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>正在编码</translation>
    </message>
    <message>
        <source>Least squared error</source>
        <translation>最小平方误差</translation>
    </message>
    <message>
        <source>The clipping point with the least squared error, found for each group.</source>
        <translation>为每组寻找平方误差最小的截断点。</translation>
    </message>
    <message>
        <source>HDF5: %1 failed</source>
        <translation>HDF5：%1 失败</translation>
    </message>
    <message>
        <source>HDF5: %1 failed: %2</source>
        <translation>HDF5：%1 失败：%2</translation>
    </message>
    <message>
        <source>the file is damaged: its content does not have the hash it states</source>
        <translation>文件已损坏：其内容的哈希与所述不符</translation>
    </message>
    <message>
        <source>the dataset &quot;%1&quot; keeps its values in other files, which is refused</source>
        <translation>数据集“%1”把值存放在其他文件中，已拒绝</translation>
    </message>
    <message>
        <source>the dataset &quot;%1&quot; is packed in a way this program does not read</source>
        <translation>数据集“%1”的打包方式此程序无法读取</translation>
    </message>
    <message>
        <source>the dataset &quot;%1&quot; has more than one dimension</source>
        <translation>数据集“%1”多于一维</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a link to somewhere else, which is refused</source>
        <translation>“%1”是指向别处的链接，已拒绝</translation>
    </message>
    <message>
        <source>the file has too many objects, up to &quot;%1&quot;</source>
        <translation>文件中的对象过多，直到“%1”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a group nor a dataset</source>
        <translation>“%1”既不是组也不是数据集</translation>
    </message>
    <message>
        <source>the dataset &quot;%1&quot; is too large</source>
        <translation>数据集“%1”过大</translation>
    </message>
    <message>
        <source>&quot;%1&quot; holds values of another kind than expected</source>
        <translation>“%1”中值的种类与预期不同</translation>
    </message>
    <message>
        <source>the table &quot;%1&quot; has no column &quot;%2&quot;</source>
        <translation>表“%1”没有列“%2”</translation>
    </message>
    <message>
        <source>the attribute &quot;%1&quot; of &quot;%2&quot; is missing</source>
        <translation>缺少“%2”的属性“%1”</translation>
    </message>
    <message>
        <source>it is not an HDF5 file</source>
        <translation>它不是 HDF5 文件</translation>
    </message>
    <message>
        <source>the written file reads back differently than it was written</source>
        <translation>写入的文件回读结果与写入的不同</translation>
    </message>
    <message>
        <source>the report would replace a file of the model itself; choose another name</source>
        <translation>报告会替换模型自身的文件；请另选名称</translation>
    </message>
    <message>
        <source>it is an HDF5 file, but no report of Bitwright</source>
        <translation>它是 HDF5 文件，但不是 Bitwright 的报告</translation>
    </message>
    <message>
        <source>the report is of version %1; this program reads version %2: a newer Bitwright is needed</source>
        <translation>报告的版本为 %1；此程序读取版本 %2：需要更新的 Bitwright</translation>
    </message>
    <message>
        <source>the report is not complete</source>
        <translation>报告不完整</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>正在写入报告</translation>
    </message>
    <message>
        <source>its name is %1 long; reports hold names of up to %2</source>
        <translation>其名称长 %1；报告最多容纳 %2 的名称</translation>
    </message>
    <message>
        <source>the histogram of layer %1 does not sum up to its number of weights</source>
        <translation>层 %1 的直方图之和不等于其权重个数</translation>
    </message>
    <message>
        <source>a complete report of schema version %1 on %2 layers</source>
        <translation>完整的报告，模式版本 %1，共 %2 层</translation>
    </message>
    <message>
        <source>the line with the file&apos;s SHA-256 at its end is missing: the file was changed</source>
        <translation>文件末尾缺少其 SHA-256 行：文件已被更改</translation>
    </message>
    <message>
        <source>the file has the SHA-256 it states</source>
        <translation>文件的 SHA-256 与其所述相符</translation>
    </message>
    <message>
        <source>%1 datasets read with their check sums</source>
        <translation>已读取 %1 个数据集并核对校验和</translation>
    </message>
    <message>
        <source>all histograms sum up to the number of weights</source>
        <translation>所有直方图之和等于权重个数</translation>
    </message>
    <message>
        <source>the model is the one the report is about</source>
        <translation>模型正是报告所述的模型</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not one text</source>
        <translation>“%1”不是单个文本</translation>
    </message>
    <message>
        <source>the session has not as many recipes as names of snapshots</source>
        <translation>会话中的配方数与快照名称数不同</translation>
    </message>
    <message>
        <source>it is an HDF5 file, but no session of Bitwright</source>
        <translation>它是 HDF5 文件，但不是 Bitwright 的会话</translation>
    </message>
    <message>
        <source>the session is of version %1; this program reads version %2: a newer Bitwright is needed</source>
        <translation>会话的版本为 %1；此程序读取版本 %2：需要更新的 Bitwright</translation>
    </message>
    <message>
        <source>the session is not complete</source>
        <translation>会话不完整</translation>
    </message>
    <message>
        <source>The model&apos;s code in %1 is nested deeper than any real model.</source>
        <translation>%1 中的模型代码嵌套得比任何真实模型都深。</translation>
    </message>
    <message>
        <source>The model computes the default of %1 (%2) while it is opened; Bitwright does not open it.</source>
        <translation>模型在打开时计算 %1（%2）的默认值；Bitwright 不打开它。</translation>
    </message>
    <message>
        <source>The model&apos;s code in %1 is of a form that only PyTorch before 1.4 wrote; save it again with a newer one.</source>
        <translation>%1 中的模型代码是仅 PyTorch 1.4 之前写出的形式；请用较新版本重新保存。</translation>
    </message>
    <message>
        <source>The model&apos;s function %1 calls itself.</source>
        <translation>模型的函数 %1 调用了自身。</translation>
    </message>
    <message>
        <source>The model&apos;s function %1 unfolds to more than %2 steps.</source>
        <translation>模型的函数 %1 展开后超过 %2 步。</translation>
    </message>
    <message>
        <source>%1 runs %2 in %3 of %4: it could %5; Bitwright does not open it.</source>
        <translation>%1 在 %4 的 %3 中运行 %2：它可能%5；Bitwright 不打开它。</translation>
    </message>
    <message>
        <source>The tensor %1 is left out: it holds complex numbers.</source>
        <translation>已略去张量 %1：它含有复数。</translation>
    </message>
    <message>
        <source>%1 and %2 share memory in this model; quantized, they are stored apart.</source>
        <translation>%1 与 %2 在此模型中共用内存；量化后分开存储。</translation>
    </message>
    <message>
        <source>The model has no method forward, so it cannot be evaluated.</source>
        <translation>模型没有 forward 方法，因此无法评估。</translation>
    </message>
    <message>
        <source>The model&apos;s forward takes (%1); Bitwright evaluates models that take one tensor.</source>
        <translation>模型的 forward 接受（%1）；Bitwright 评估接受单个张量的模型。</translation>
    </message>
    <message>
        <source>The model has more than %1 tensors.</source>
        <translation>模型的张量超过 %1 个。</translation>
    </message>
    <message>
        <source>read files</source>
        <translation>读取文件</translation>
    </message>
    <message>
        <source>write files</source>
        <translation>写入文件</translation>
    </message>
    <message>
        <source>print to your terminal</source>
        <translation>向您的终端输出</translation>
    </message>
    <message>
        <source>run Python</source>
        <translation>运行 Python</translation>
    </message>
    <message>
        <source>use the network</source>
        <translation>使用网络</translation>
    </message>
    <message>
        <source>run on after it was stopped</source>
        <translation>在停止后继续运行</translation>
    </message>
    <message>
        <source>run code outside of the model</source>
        <translation>运行模型之外的代码</translation>
    </message>
    <message>
        <source>do what Bitwright has not checked</source>
        <translation>做 Bitwright 未检查过的事</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>无法写入 %1：%2。</translation>
    </message>
    <message>
        <source>This TorchScript file was written by PyTorch 1.3 or older. Load and save it with a newer PyTorch first.</source>
        <translation>此 TorchScript 文件由 PyTorch 1.3 或更早版本写出。请先用较新的 PyTorch 加载并保存。</translation>
    </message>
    <message>
        <source>This is a PyTorch checkpoint (weights without a program). Bitwright opens TorchScript: in Python, build the model, load the checkpoint and save torch.jit.script(model) or torch.jit.trace(model, example); or save the weights as safetensors.</source>
        <translation>这是 PyTorch 检查点（只有权重，没有程序）。Bitwright 打开的是 TorchScript：请在 Python 中构建模型、加载检查点，并保存 torch.jit.script(model) 或 torch.jit.trace(model, example)；或把权重保存为 safetensors。</translation>
    </message>
    <message>
        <source>This zip archive holds no TorchScript model.</source>
        <translation>此 zip 归档不含 TorchScript 模型。</translation>
    </message>
    <message>
        <source>The archive&apos;s version is no number.</source>
        <translation>归档的版本不是数。</translation>
    </message>
    <message>
        <source>The model was written in version %1 of the file format; this build of LibTorch reads versions up to %2.</source>
        <translation>模型以文件格式版本 %1 写出；此 LibTorch 最高读取版本 %2。</translation>
    </message>
    <message>
        <source>The model uses the class %1: it could %2; Bitwright does not open it.</source>
        <translation>模型使用了类 %1：它可能%2；Bitwright 不打开它。</translation>
    </message>
    <message>
        <source>The model has no class %1.</source>
        <translation>模型没有类 %1。</translation>
    </message>
    <message>
        <source>The model&apos;s constants are no tuple.</source>
        <translation>模型的常量不是元组。</translation>
    </message>
    <message>
        <source>LibTorch cannot compile the model&apos;s code: %1.</source>
        <translation>LibTorch 无法编译模型的代码：%1。</translation>
    </message>
    <message>
        <source>The model has no weight %1 that could be replaced.</source>
        <translation>模型没有可替换的权重 %1。</translation>
    </message>
    <message>
        <source>The weight %1 has shape %2, the values to replace it have %3.</source>
        <translation>权重 %1 的形状为 %2，用来替换的值的形状为 %3。</translation>
    </message>
    <message>
        <source>There is not enough memory to open or run the model.</source>
        <translation>内存不足，无法打开或运行模型。</translation>
    </message>
    <message>
        <source>LibTorch says: %1.</source>
        <translation>LibTorch 提示：%1。</translation>
    </message>
    <message>
        <source>The model gives a %1, not one tensor of outputs.</source>
        <translation>模型给出的是 %1，而不是单个输出张量。</translation>
    </message>
    <message>
        <source>The model&apos;s data does not fit its code: a value is no %1.</source>
        <translation>模型的数据与其代码不符：某个值不是 %1。</translation>
    </message>
    <message>
        <source>The model keeps a value of type %1, which Bitwright does not read.</source>
        <translation>模型保存了 %1 类型的值，Bitwright 不读取。</translation>
    </message>
    <message>
        <source>The model runs code of its own while it is opened (%1 of %2); Bitwright does not open it.</source>
        <translation>模型在打开时运行自己的代码（%2 的 %1）；Bitwright 不打开它。</translation>
    </message>
    <message>
        <source>The model&apos;s data has no %1 of %2.</source>
        <translation>模型的数据没有 %2 的 %1。</translation>
    </message>
    <message>
        <source>attribute %1</source>
        <translation>属性 %1</translation>
    </message>
    <message>
        <source>The model holds a tensor made by %1 (a sparse or already quantized one); Bitwright reads plain tensors.</source>
        <translation>模型含有由 %1 生成的张量（稀疏或已量化）；Bitwright 读取普通张量。</translation>
    </message>
    <message>
        <source>The model holds data of type %1, which Bitwright does not read.</source>
        <translation>模型含有 %1 类型的数据，Bitwright 不读取。</translation>
    </message>
    <message>
        <source>the groups in the file are nested too deeply, in &quot;%1&quot;</source>
        <translation>文件中的组嵌套过深，位于“%1”</translation>
    </message>
    <message>
        <source>Exponent per</source>
        <translation>指数范围</translation>
    </message>
    <message>
        <source>bits must be %1 to 8, or 16, not %2</source>
        <translation>位数必须为 %1 到 8 或 16，而不是 %2</translation>
    </message>
    <message>
        <source>The model&apos;s code in %1 assigns something in the class %2 that no class has.</source>
        <translation>模型在 %1 中的代码在类 %2 里有任何类都不会有的赋值。</translation>
    </message>
    <message>
        <source>AbnormalFloat 4</source>
        <translation>AbnormalFloat 4（AF4）</translation>
    </message>
    <message>
        <source>The published table of 16 levels with the least mean absolute error of normal weights in blocks of 64 (AF4), with 0 exact.</source>
        <translation>公布的 16 个电平表（AF4），对 64 个一块的正态权重平均绝对误差最小，0 精确可表示。</translation>
    </message>
    <message>
        <source>sign, exponent and mantissa have %1 bits together; at most %2 are possible</source>
        <translation>符号、指数与尾数合计 %1 位；最多可为 %2 位</translation>
    </message>
    <message>
        <source>Small floating point</source>
        <translation>小型浮点</translation>
    </message>
    <message>
        <source>Levels of a tiny floating-point type such as e2m1 or e4m3: evenly spaced within each power of two, finer towards zero.</source>
        <translation>微型浮点类型（如 e2m1、e4m3）的电平：在每个二的幂区间内等距，越接近零越细。</translation>
    </message>
    <message>
        <source>Exponent bits</source>
        <translation>指数位数</translation>
    </message>
    <message>
        <source>More of them reach further towards zero.</source>
        <translation>位数越多，越能接近零。</translation>
    </message>
    <message>
        <source>Mantissa bits</source>
        <translation>尾数位数</translation>
    </message>
    <message>
        <source>More of them put more levels within each power of two.</source>
        <translation>位数越多，每个二的幂区间内的电平越多。</translation>
    </message>
    <message>
        <source>Powers of two</source>
        <translation>二的幂</translation>
    </message>
    <message>
        <source>Levels that halve towards zero, and 0: multiplying is a shift. Coarse for large weights.</source>
        <translation>向零逐级减半的电平以及 0：乘法即移位。对大权重较粗糙。</translation>
    </message>
    <message>
        <source>Student float 4</source>
        <translation>Student 浮点 4（SF4）</translation>
    </message>
    <message>
        <source>The published table of 16 levels for Student-t weights of 5 degrees of freedom (SF4), with 0 exact; for heavy tails.</source>
        <translation>为自由度 5 的 Student-t 权重公布的 16 个电平表（SF4），0 精确可表示；适合重尾分布。</translation>
    </message>
    <message>
        <source>Degrees of freedom</source>
        <translation>自由度</translation>
    </message>
    <message>
        <source>Of Student-t: fewer mean heavier tails. Other densities have none.</source>
        <translation>Student-t 的自由度：越小尾部越重。其他分布没有自由度。</translation>
    </message>
    <message>
        <source>only Student-t has degrees of freedom; leave %1</source>
        <translation>只有 Student-t 有自由度；请保留 %1</translation>
    </message>
    <message>
        <source>Cube-root density</source>
        <translation>立方根密度</translation>
    </message>
    <message>
        <source>The codebook of theory for weights of a known distribution: levels as dense as the cube root of the distribution.</source>
        <translation>已知分布权重的理论码本：电平密度与分布的立方根成正比。</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Of the weights the levels are made for.</source>
        <translation>电平所针对的权重分布。</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正态</translation>
    </message>
    <message>
        <source>Laplace</source>
        <translation>拉普拉斯</translation>
    </message>
    <message>
        <source>Student-t</source>
        <translation>Student-t</translation>
    </message>
    <message>
        <source>Zero</source>
        <translation>零</translation>
    </message>
    <message>
        <source>Whether 0 is a level, or all levels are pairs about it.</source>
        <translation>0 是否为一个电平，或所有电平成对分布在其两侧。</translation>
    </message>
    <message>
        <source>is a level</source>
        <translation>是一个电平</translation>
    </message>
    <message>
        <source>lies between levels</source>
        <translation>位于电平之间</translation>
    </message>
    <message>
        <source>Root mean square</source>
        <translation>均方根</translation>
    </message>
    <message>
        <source>The spread of a group, not its largest magnitude, sets the scale; outliers are clipped.</source>
        <translation>由组的离散程度而非最大幅值决定缩放；离群值被截断。</translation>
    </message>
    <message>
        <source>the levels of %1 are stored as numbers; %2 holds only scales</source>
        <translation>%1 的电平按数值存储；%2 只能存放缩放因子</translation>
    </message>
    <message>
        <source>power of two</source>
        <translation>2 的幂</translation>
    </message>
    <message>
        <source>rows of %1 weights are too long to be rotated; at most %2</source>
        <translation>每行 %1 个权重过长，无法旋转；最多 %2 个</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed gives the same rotation.</source>
        <translation>相同的种子得到相同的旋转。</translation>
    </message>
    <message>
        <source>Random rotation</source>
        <translation>随机旋转</translation>
    </message>
    <message>
        <source>Every row is turned by a random orthogonal matrix first and back afterwards, which spreads outliers; only the seed is stored.</source>
        <translation>量化前每行先乘以随机正交矩阵，之后再转回，从而分散离群值；只需存储种子。</translation>
    </message>
    <message>
        <source>the outliers of the quantized tensor are not in order, or not numbers</source>
        <translation>量化张量的离群值未按顺序排列，或不是数值</translation>
    </message>
    <message>
        <source>Outliers kept</source>
        <translation>保留的离群值</translation>
    </message>
    <message>
        <source>Share of the weights, the largest magnitudes first.</source>
        <translation>占权重的比例，绝对值最大者优先。</translation>
    </message>
    <message>
        <source>Sparse outliers</source>
        <translation>稀疏离群值</translation>
    </message>
    <message>
        <source>The largest weights are kept in bfloat16 beside the codes, 32 bits each.</source>
        <translation>最大的权重以 bfloat16 保存在编码之外，每个 32 位。</translation>
    </message>
    <message>
        <source>/%1 takes no value</source>
        <translation>/%1 不带值</translation>
    </message>
    <message>
        <source>&quot;/%1&quot; is given twice</source>
        <translation>“/%1”给出了两次</translation>
    </message>
    <message>
        <source>&quot;/%1&quot; needs a value, as in /%2</source>
        <translation>“/%1”需要一个值，例如 /%2</translation>
    </message>
    <message>
        <source>%1 takes no extras</source>
        <translation>%1 不支持附加项</translation>
    </message>
    <message>
        <source>there is no extra &quot;%1&quot;</source>
        <translation>没有名为“%1”的附加项</translation>
    </message>
    <message>
        <source>/%1 and /%2 exclude each other</source>
        <translation>/%1 与 /%2 互斥</translation>
    </message>
    <message>
        <source>%1 needs an entropy coder, as /%2</source>
        <translation>%1 需要熵编码器，例如 /%2</translation>
    </message>
    <message>
        <source>32 weights of 4 bits share a half-precision scale: the outermost weight is exact.</source>
        <translation>32 个 4 位权重共用一个半精度缩放因子：最外侧的权重是精确的。</translation>
    </message>
    <message>
        <source>32 weights of 4 bits share a scale and an offset: 16 levels from lowest to highest.</source>
        <translation>32 个 4 位权重共用一个缩放因子和一个偏移：从最低到最高 16 个电平。</translation>
    </message>
    <message>
        <source>32 weights of 5 bits share a half-precision scale: the outermost weight is exact.</source>
        <translation>32 个 5 位权重共用一个半精度缩放因子：最外侧的权重是精确的。</translation>
    </message>
    <message>
        <source>32 weights of 5 bits share a scale and an offset: 32 levels from lowest to highest.</source>
        <translation>32 个 5 位权重共用一个缩放因子和一个偏移：从最低到最高 32 个电平。</translation>
    </message>
    <message>
        <source>32 weights of 8 bits share a half-precision scale: nearly lossless.</source>
        <translation>32 个 8 位权重共用一个半精度缩放因子：几乎无损。</translation>
    </message>
    <message>
        <source>32 weights as 4-bit floating-point numbers (E2M1) share a power of two (OCP MX).</source>
        <translation>32 个权重以 4 位浮点数（E2M1）表示，共用一个 2 的幂（OCP MX）。</translation>
    </message>
    <message>
        <source>64 weights as 4-bit floating-point numbers (E2M1); groups of 16 share a scale of 8 bits (E4M3), which reaches weights up to 2688. Older versions of llama.cpp refuse it.</source>
        <translation>64 个权重以 4 位浮点数（E2M1）表示；每 16 个一组共用一个 8 位缩放因子（E4M3），可表示不超过 2688 的权重。旧版 llama.cpp 会拒绝它。</translation>
    </message>
    <message>
        <source>32 weights share a scale; 16 levels, denser around zero.</source>
        <translation>32 个权重共用一个缩放因子；16 个电平，零附近更密。</translation>
    </message>
    <message>
        <source>256 weights; 16 levels, denser around zero; groups of 32 have a signed scale of 6 bits.</source>
        <translation>256 个权重；16 个电平，零附近更密；每 32 个一组有一个 6 位有符号缩放因子。</translation>
    </message>
    <message>
        <source>256 weights of 3 bits; groups of 16 have a signed scale of 6 bits.</source>
        <translation>256 个 3 位权重；每 16 个一组有一个 6 位有符号缩放因子。</translation>
    </message>
    <message>
        <source>256 weights of 6 bits; groups of 16 have a signed scale of 8 bits.</source>
        <translation>256 个 6 位权重；每 16 个一组有一个 8 位有符号缩放因子。</translation>
    </message>
    <message>
        <source>256 weights of 2 bits; groups of 16 have a scale and an offset of 4 bits each.</source>
        <translation>256 个 2 位权重；每 16 个一组有 4 位的缩放因子和偏移各一个。</translation>
    </message>
    <message>
        <source>256 weights of 4 bits; groups of 32 have a scale and an offset of 6 bits each.</source>
        <translation>256 个 4 位权重；每 32 个一组有 6 位的缩放因子和偏移各一个。</translation>
    </message>
    <message>
        <source>256 weights of 5 bits; groups of 32 have a scale and an offset of 6 bits each.</source>
        <translation>256 个 5 位权重；每 32 个一组有 6 位的缩放因子和偏移各一个。</translation>
    </message>
    <message>
        <source>256 weights of -1, 0 or 1 times one scale, five to a byte: for ternary networks.</source>
        <translation>256 个取 -1、0 或 1 的权重乘以一个缩放因子，五个一字节：用于三值网络。</translation>
    </message>
    <message>
        <source>256 weights of -1, 0 or 1 times one scale, four to a byte: for ternary networks.</source>
        <translation>256 个取 -1、0 或 1 的权重乘以一个缩放因子，四个一字节：用于三值网络。</translation>
    </message>
    <message>
        <source>there is no layer to rank formats for</source>
        <translation>没有可供格式排名的层</translation>
    </message>
    <message>
        <source>Ranking formats</source>
        <translation>正在给格式排名</translation>
    </message>
    <message>
        <source>formats</source>
        <translation>种格式</translation>
    </message>
    <message>
        <source>a block to be entropy-coded has %1 symbols, more than %2</source>
        <translation>要做熵编码的一块有 %1 个符号，超过了 %2 个</translation>
    </message>
    <message>
        <source>an alphabet of %1 symbols cannot be entropy-coded with symbols of %2 bits</source>
        <translation>含 %1 个符号的字母表不能用 %2 位的符号做熵编码</translation>
    </message>
    <message>
        <source>there are no codes to learn an entropy code from</source>
        <translation>没有可用来建立熵编码的编码</translation>
    </message>
    <message>
        <source>the compressed codes are damaged: a block cannot be decoded to the number of codes it stands for</source>
        <translation>压缩的编码已损坏：有一块无法解码出它应有数目的编码</translation>
    </message>
    <message>
        <source>the table that the codes were compressed with is damaged or belongs to other codes</source>
        <translation>压缩编码所用的表已损坏，或属于别的编码</translation>
    </message>
    <message>
        <source>the code %1 is outside its alphabet of %2 symbols</source>
        <translation>编码 %1 不在含 %2 个符号的字母表之内</translation>
    </message>
    <message>
        <source>Huffman codes</source>
        <translation>霍夫曼编码</translation>
    </message>
    <message>
        <source>One canonical code of whole bits per quantization code: the classic, at least one bit each, and close to the entropy from four bits on.</source>
        <translation>每个量化编码对应一个整数位长的范式码字：经典方法，每个至少一位，四位以上时接近熵。</translation>
    </message>
    <message>
        <source>Asymmetric numeral systems (rANS)</source>
        <translation>非对称数字系统 (rANS)</translation>
    </message>
    <message>
        <source>Codes as long as their frequency asks for, in fractions of a bit: the nearest to the entropy, also where a code takes less than one bit.</source>
        <translation>码长由频率决定，可以是分数位：最接近熵，每个编码不足一位时也是如此。</translation>
    </message>
    <message>
        <source>the zstd library refused to compress: %1</source>
        <translation>zstd 库拒绝压缩：%1</translation>
    </message>
    <message>
        <source>Zstandard, literals only</source>
        <translation>Zstandard，仅字面量</translation>
    </message>
    <message>
        <source>Huffman codes of the zstd library, for bytes that hold up to eight codes each: what any zstd program can read.</source>
        <translation>zstd 库的霍夫曼编码，每个字节最多容纳八个编码：任何 zstd 程序都能读取。</translation>
    </message>
    <message>
        <source>--max-bits takes a number of bits per weight above 0, at most %1, not &quot;%2&quot;</source>
        <translation>--max-bits 需要大于 0、不超过 %1 的每权重位数，而不是“%2”</translation>
    </message>
    <message>
        <source>the value %1 of the scale rule &quot;%2&quot; must be above %3 and at most %4</source>
        <translation>缩放规则“%2”的值 %1 必须大于 %3 且不超过 %4</translation>
    </message>
    <message>
        <source>the scale of %1 cannot be chosen by %2; absmax and search are possible</source>
        <translation>%1 的缩放因子不能由 %2 选择；可用 absmax 和 search</translation>
    </message>
    <message>
        <source>%1 holds no sign, which the scales of %2 have</source>
        <translation>%1 不含符号，而 %2 的缩放因子带符号</translation>
    </message>
    <message>
        <source>Least KL divergence</source>
        <translation>最小 KL 散度</translation>
    </message>
    <message>
        <source>The clipping point that changes the distribution of a group&apos;s weights least, as calibrators of activations choose it; meant for long groups.</source>
        <translation>使组内权重分布变化最小的截断点，与激活校准的选法相同；适用于较长的组。</translation>
    </message>
    <message>
        <source>Power of two, as in MX</source>
        <translation>2 的幂（同 MX）</translation>
    </message>
    <message>
        <source>The power of two below the largest magnitude maps to the power of two below the end of the grid; weights beyond the end are clipped to it.</source>
        <translation>不超过最大幅值的 2 的幂映射到不超过网格端点的 2 的幂；超出端点的权重被截断到端点。</translation>
    </message>
    <message>
        <source>Percentile</source>
        <translation>百分位</translation>
    </message>
    <message>
        <source>This percentage of a group&apos;s magnitudes lies within the grid; larger ones are clipped. Where that many are 0, the largest magnitude counts.</source>
        <translation>组内这一百分比的幅值落在网格内，更大的被截断。若有这么多为 0，则以最大幅值为准。</translation>
    </message>
    <message>
        <source>Largest magnitude, signed</source>
        <translation>最大幅值（带符号）</translation>
    </message>
    <message>
        <source>The weight of largest magnitude maps to the farther end of the grid, whatever its sign: the scale has a sign, and the other end need not exist.</source>
        <translation>幅值最大的权重无论正负都映射到网格较远的一端：缩放因子带符号，另一端可以不存在。</translation>
    </message>
    <message>
        <source>8 bits (E4M3) under a unit</source>
        <translation>8 位（E4M3），带公共单位</translation>
    </message>
    <message>
        <source>there are %1 counts for an alphabet of %2 symbols</source>
        <translation>字母表有 %2 个符号，却给出了 %1 个计数</translation>
    </message>
    <message>
        <source>block %1 of the entropy-coded codes lies outside of them</source>
        <translation>熵编码数据的第 %1 块超出范围</translation>
    </message>
    <message>
        <source>%1 has no codes of single weights, so there is nothing to entropy-code</source>
        <translation>%1 没有单个权重的编码，因此无可熵编码</translation>
    </message>
    <message>
        <source>Entropy coding (Huffman)</source>
        <translation>熵编码（霍夫曼）</translation>
    </message>
    <message>
        <source>Frequent codes are stored in fewer bits: whole bits per code, 1 at least.</source>
        <translation>常见的编码用更少的位存储：每个编码整数位，至少 1 位。</translation>
    </message>
    <message>
        <source>Entropy coding (rANS)</source>
        <translation>熵编码（rANS）</translation>
    </message>
    <message>
        <source>Entropy coding (zstd)</source>
        <translation>熵编码（zstd）</translation>
    </message>
    <message>
        <source>Codes are stored in fewer bits by the Huffman stage of zstd, which is everywhere.</source>
        <translation>由随处可得的 zstd 的霍夫曼阶段以更少的位存储编码。</translation>
    </message>
    <message>
        <source>Bits wanted</source>
        <translation>目标位数</translation>
    </message>
    <message>
        <source>Entropy of the codes in bits per weight; the step of the grid follows.</source>
        <translation>编码的熵（位/权重）；网格步长由此确定。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; needs a number of bits, as in %2</source>
        <translation>“%1”需要位数，例如 %2</translation>
    </message>
    <message>
        <source>the step of %1 follows from its bits, so its scale cannot be searched</source>
        <translation>%1 的步长由其位数决定，因此不能搜索其缩放因子</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be %2 to %3, not %4</source>
        <translation>量化张量的“%1”必须在 %2 到 %3 之间，而不是 %4</translation>
    </message>
    <message>
        <source>Entropy-coded uniform grid</source>
        <translation>熵编码均匀网格</translation>
    </message>
    <message>
        <source>Equally spaced levels, as many as the weights need, whose codes take the wanted bits on average by entropy coding.</source>
        <translation>等间距的电平，数量随权重而定，经熵编码后平均占用目标位数。</translation>
    </message>
    <message>
        <source>Searching the step</source>
        <translation>正在搜索步长</translation>
    </message>
    <message>
        <source>Bit planes</source>
        <translation>位平面</translation>
    </message>
    <message>
        <source>Each adds or subtracts a factor of its own: n planes give 2ⁿ levels.</source>
        <translation>每个位平面加上或减去自己的系数：n 个平面给出 2ⁿ 个电平。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be numbers of at least 0</source>
        <translation>量化张量的“%1”必须是不小于 0 的数</translation>
    </message>
    <message>
        <source>Binary codes</source>
        <translation>二值编码</translation>
    </message>
    <message>
        <source>A weight is a sum of ± factors, one a bit plane, fitted to each group: multiplication by table look-up needs no multiplier.</source>
        <translation>权重是若干 ± 系数之和，每个位平面一个，按组拟合：用查表相乘，无需乘法器。</translation>
    </message>
    <message>
        <source>an entropy-coded grid has 0.01 to 24 bits per weight, not %1</source>
        <translation>熵编码网格每个权重为 0.01 到 24 比特，而不是 %1</translation>
    </message>
    <message>
        <source>an optimal quantizer has 1 to %1 levels, not %2</source>
        <translation>最优量化器有 1 到 %1 个电平，而不是 %2</translation>
    </message>
    <message>
        <source>0 for as many as the bits have; fewer pay off when the codes are compressed.</source>
        <translation>0 表示位数所能容纳的全部电平；当编码被压缩时，较少的电平更划算。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no density; normal, laplace, t:7 and fit are possible, and sym or asym</source>
        <translation>“%1”不是分布；可用 normal、laplace、t:7 和 fit，以及 sym 或 asym</translation>
    </message>
    <message>
        <source>%1 bits have more than %2 and fewer than %3 levels, or 0 for all, not %4</source>
        <translation>%1 比特对应多于 %2 且少于 %3 个电平，或用 0 表示全部，而不是 %4</translation>
    </message>
    <message>
        <source>the quantized tensor&apos;s format &quot;%1&quot; does not say its density</source>
        <translation>量化张量的格式“%1”没有说明其分布</translation>
    </message>
    <message>
        <source>fitted to the layer</source>
        <translation>按层拟合</translation>
    </message>
    <message>
        <source>Student-t, ν = %1</source>
        <translation>Student-t，ν = %1</translation>
    </message>
    <message>
        <source>rows of %1 weights are not whole blocks of %2: %3 takes the place of %4</source>
        <translation>每行 %1 个权重不是 %2 的整数块：以 %3 代替 %4</translation>
    </message>
    <message>
        <source>%1 takes rows of whole blocks of %2 weights, and these have %3: use %4 for them</source>
        <translation>%1 要求每行由 %2 个权重的完整块组成，而这里每行有 %3 个：请改用 %4</translation>
    </message>
    <message>
        <source>block %1 of the quantized tensor has a scale that is not a usable number</source>
        <translation>量化张量的第 %1 块的缩放因子不是可用的数</translation>
    </message>
    <message>
        <source>weights of block types have no codes of their own</source>
        <translation>块类型的权重没有各自的编码</translation>
    </message>
    <message>
        <source>Block type</source>
        <translation>块类型</translation>
    </message>
    <message>
        <source>How llama.cpp lays out a block: bits of a weight, and how weights share scales.</source>
        <translation>llama.cpp 如何安排一个块：每个权重的位数，以及权重如何共用缩放因子。</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1，每权重 %2 位</translation>
    </message>
    <message>
        <source>GGUF blocks</source>
        <translation>GGUF 块</translation>
    </message>
    <message>
        <source>The block types of llama.cpp, bit for bit: 32 to 256 weights of a row with their scales.</source>
        <translation>llama.cpp 的块类型，逐位一致：一行中的 32 到 256 个权重连同其缩放因子。</translation>
    </message>
    <message>
        <source>group %1 of the quantized rows lies outside of their codes</source>
        <translation>量化行的第 %1 组超出编码范围</translation>
    </message>
    <message>
        <source>the order of the rows of the quantized tensor does not name each row once</source>
        <translation>量化张量的行序没有恰好列出每一行一次</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must name a format for each group</source>
        <translation>量化张量的“%1”必须为每组给出一种格式</translation>
    </message>
    <message>
        <source>Groups of rows</source>
        <translation>行分组</translation>
    </message>
    <message>
        <source>Rows with similar distributions share a codebook or a scale.</source>
        <translation>分布相近的行共用一个码本或缩放因子。</translation>
    </message>
    <message>
        <source>Rows are grouped by distribution and reordered; each group has its own scale or codebook, and decoding puts them back.</source>
        <translation>按分布将行分组并重排；每组有自己的缩放因子或码本，解码时恢复原序。</translation>
    </message>
    <message>
        <source>Codes are stored in as many bits as their frequencies ask for: within half a percent of the entropy.</source>
        <translation>编码按其频率所需的位数存储：与熵相差不到百分之零点五。</translation>
    </message>
    <message>
        <source>Errors count</source>
        <translation>误差加权</translation>
    </message>
    <message>
        <source>equally</source>
        <translation>同等</translation>
    </message>
    <message>
        <source>by scale</source>
        <translation>按缩放因子</translation>
    </message>
    <message>
        <source>by magnitude</source>
        <translation>按幅值</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be finite numbers</source>
        <translation>量化张量的“%1”必须是有限的数</translation>
    </message>
    <message>
        <source>vectors have 2, 4 or 8 weights, not %1</source>
        <translation>向量有 2、4 或 8 个权重，而不是 %1 个</translation>
    </message>
    <message>
        <source>the scales of vectors cannot be searched; absmax and rms are possible</source>
        <translation>向量的缩放因子不能搜索；可用 absmax 和 rms</translation>
    </message>
    <message>
        <source>Vector codebook</source>
        <translation>向量码本</translation>
    </message>
    <message>
        <source>Neighbouring weights share one code that chooses among fitted vectors: finer than their bits would allow apart.</source>
        <translation>相邻权重共用一个编码，在拟合的向量中选择：比各自编码更精细。</translation>
    </message>
    <message>
        <source>Weights per vector</source>
        <translation>每个向量的权重数</translation>
    </message>
    <message>
        <source>Neighbours that share a code.</source>
        <translation>共用一个编码的相邻权重。</translation>
    </message>
    <message>
        <source>Bits per vector</source>
        <translation>每个向量的位数</translation>
    </message>
    <message>
        <source>n bits choose among 2ⁿ vectors; their storage counts.</source>
        <translation>n 位在 2ⁿ 个向量中选择；其存储计入。</translation>
    </message>
    <message>
        <source>There is no layer that can be quantized.</source>
        <translation>没有可以量化的层。</translation>
    </message>
    <message>
        <source>The sensitivity &quot;%1&quot; needs data: give calibration samples.</source>
        <translation>敏感度“%1”需要数据：请给出校准样本。</translation>
    </message>
    <message>
        <source>The sensitivity &quot;%1&quot; runs the model, but this file holds weights only. Open a TorchScript model, or use a kind that needs no graph.</source>
        <translation>敏感度“%1”要运行模型，但此文件只含权重。请打开 TorchScript 模型，或选用不需要计算图的种类。</translation>
    </message>
    <message>
        <source>The sensitivity &quot;%1&quot; measures candidate formats: name at least one.</source>
        <translation>敏感度“%1”测量候选格式：请至少指定一个。</translation>
    </message>
    <message>
        <source>Quantizing candidates</source>
        <translation>正在量化候选格式</translation>
    </message>
    <message>
        <source>Weight error</source>
        <translation>权重误差</translation>
    </message>
    <message>
        <source>The squared error of the weights, as if an error did the same damage everywhere. Needs no data, and is often wrong: layers differ a thousandfold in what they bear.</source>
        <translation>权重的平方误差，假定误差在各处造成同样的损害。不需要数据，但常常不准：各层的承受能力可相差上千倍。</translation>
    </message>
    <message>
        <source>the damage table is not consistent: %1</source>
        <translation>损伤表前后不一致：%1</translation>
    </message>
    <message>
        <source>the HDF5 file holds no damage table</source>
        <translation>该 HDF5 文件中没有损伤表</translation>
    </message>
    <message>
        <source>the damage table has schema version %1; this program knows versions up to %2</source>
        <translation>损伤表的格式版本为 %1；本程序只支持到版本 %2</translation>
    </message>
    <message>
        <source>Process %1 was given other work than the first one: all need the same arguments, the same files and the same program.</source>
        <translation>进程 %1 得到的工作与第一个进程不同：所有进程都需要相同的参数、相同的文件和相同的程序。</translation>
    </message>
    <message>
        <source>A piece of work failed %1 times: %2</source>
        <translation>一项工作失败了 %1 次：%2</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>pieces</source>
        <translation>项</translation>
    </message>
    <message>
        <source>Process %1 of %2 was lost; what it was doing is done again by another.</source>
        <translation>进程 %1（共 %2 个）已失联；它未完成的工作由另一个进程重做。</translation>
    </message>
    <message>
        <source>The first process stopped: %1</source>
        <translation>第一个进程已停止：%1</translation>
    </message>
    <message>
        <source>The first process, which hands out the work, is gone.</source>
        <translation>负责分配工作的第一个进程已不在。</translation>
    </message>
    <message>
        <source>This program was started by mpirun, but this build cannot speak MPI (%1 is not beside the program). Build it with BITWRIGHT_WITH_MPI=ON, or start it without mpirun.</source>
        <translation>此程序由 mpirun 启动，但此构建不支持 MPI（程序旁没有 %1）。请用 BITWRIGHT_WITH_MPI=ON 构建，或不用 mpirun 启动。</translation>
    </message>
    <message>
        <source>The MPI plug-in %1 cannot be loaded: %2.</source>
        <translation>无法加载 MPI 插件 %1：%2。</translation>
    </message>
    <message>
        <source>Another process sent a message this one does not understand.</source>
        <translation>另一个进程发来了此进程不理解的消息。</translation>
    </message>
    <message>
        <source>The budget is larger than anything these formats need: every layer has its best one.</source>
        <translation>预算超过这些格式所需的最大大小：每一层都已用上最好的格式。</translation>
    </message>
    <message>
        <source>%1 cannot be reached: the smallest is %2. Locks, exclusions, ties and least bits cost %3 of that; without them the smallest would be %4.</source>
        <translation>无法达到 %1：最小为 %2。其中锁定、排除、绑定和最少位数占去 %3；没有这些限制时最小为 %4。</translation>
    </message>
    <message>
        <source>%1 cannot be reached: the smallest is %2. Add formats of fewer bits, or allow more.</source>
        <translation>无法达到 %1：最小为 %2。请加入位数更少的格式，或放宽预算。</translation>
    </message>
    <message>
        <source>The allocator &quot;%1&quot; checks a recipe: give one.</source>
        <translation>分配器“%1”用于检查配方：请提供一个配方。</translation>
    </message>
    <message>
        <source>Best price first</source>
        <translation>性价比优先</translation>
    </message>
    <message>
        <source>No single format for all layers fits the budget. Add formats of fewer bits, or use another allocator.</source>
        <translation>没有一种格式能用于所有层而不超出预算。请加入位数更少的格式，或换用其他分配器。</translation>
    </message>
    <message>
        <source>the same format for all layers</source>
        <translation>所有层使用同一格式</translation>
    </message>
    <message>
        <source>The same for all layers</source>
        <translation>所有层相同</translation>
    </message>
    <message>
        <source>The one format that does the least damage within the budget, for every layer.</source>
        <translation>在预算之内损伤最小的一种格式，用于每一层。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not a size: write bits per weight (4.1bpw), a file size (3.2GiB, 900kB) or a share of the model&apos;s file (25%)</source>
        <translation>“%1”不是大小：请写每权重位数（4.1bpw）、文件大小（3.2GiB、900kB）或占模型文件的比例（25%）</translation>
    </message>
    <message>
        <source>there is no layer &quot;%1&quot; to allocate; the nearest is &quot;%2&quot;</source>
        <translation>没有可分配的层“%1”；最接近的是“%2”</translation>
    </message>
    <message>
        <source>the damages are of another model: it has no layer &quot;%1&quot; of %2 weights; measure them anew</source>
        <translation>这些损伤属于另一个模型：此模型没有含 %2 个权重的层“%1”；请重新测量</translation>
    </message>
    <message>
        <source>no format can serve this layer; it stays in its own type</source>
        <translation>没有格式能用于此层；它保持原有类型</translation>
    </message>
    <message>
        <source>its damage is not known; counted as that of a typical layer</source>
        <translation>其损伤未知；按典型层计算</translation>
    </message>
    <message>
        <source>layer %1 has no format left: none of the candidates has as many bits as asked for and is allowed there</source>
        <translation>层 %1 没有可用的格式：候选格式中没有一个既满足位数要求又允许用于该层</translation>
    </message>
    <message>
        <source>layers %1 and %2 are tied but have no format in common: untie them, or lock them to the same format</source>
        <translation>层 %1 与 %2 已绑定，却没有共同的格式：请解除绑定，或把它们锁定到同一格式</translation>
    </message>
    <message>
        <source>layer group %1 has no option to choose</source>
        <translation>第 %1 组层没有可选的格式</translation>
    </message>
    <message>
        <source>locked to this format</source>
        <translation>已锁定为此格式</translation>
    </message>
    <message>
        <source>excluded: stays in its own type</source>
        <translation>已排除：保持原有类型</translation>
    </message>
    <message>
        <source>the only format left to choose</source>
        <translation>唯一可选的格式</translation>
    </message>
    <message>
        <source>+%1 bits here buy %2 %3, more than they would anywhere else</source>
        <translation>此处多 %1 位可减少 %2 %3，比用在别处都多</translation>
    </message>
    <message>
        <source>+%1 bits here buy %2 %3; the budget has no room for what would buy more</source>
        <translation>此处多 %1 位可减少 %2 %3；收益更大的步骤已超出预算</translation>
    </message>
    <message>
        <source>the smallest format: +%1 bits would buy %2 %3, less than elsewhere</source>
        <translation>最小的格式：多 %1 位只能减少 %2 %3，不及别处</translation>
    </message>
    <message>
        <source>more bits would change nothing here</source>
        <translation>此处增加位数没有作用</translation>
    </message>
    <message>
        <source>XOR networks have at most %2 inputs here, not %1: the best bits are found by trying all of them, which takes twice as long for each input more</source>
        <translation>这里的异或网络最多有 %2 个输入，而不是 %1 个：最佳比特要逐一尝试才能找到，每多一个输入，所需时间就加倍</translation>
    </message>
    <message>
        <source>an XOR network has at least as many outputs as its %1 inputs, not %2</source>
        <translation>异或网络的输出数至少等于其输入数 %1，而不是 %2</translation>
    </message>
    <message>
        <source>an XOR network of %1 inputs has at most %2 different outputs, not %3</source>
        <translation>有 %1 个输入的异或网络最多有 %2 个不同的输出，而不是 %3 个</translation>
    </message>
    <message>
        <source>&quot;%1&quot; of the quantized tensor must be the rows of matrices of full rank, all different and none zero</source>
        <translation>量化张量的“%1”必须是满秩矩阵的行，各行互不相同且都不为零</translation>
    </message>
    <message>
        <source>XOR-encrypted bits</source>
        <translation>异或加密比特</translation>
    </message>
    <message>
        <source>Less than one bit a weight: a network of exclusive ORs makes more signs than it has bits stored (FleXOR). After training the error is large; published accuracies come from training with the network.</source>
        <translation>每个权重不到一比特：异或网络由较少的存储比特生成较多的符号（FleXOR）。训练后再转换时误差很大；论文公布的准确率来自带着该网络进行的训练。</translation>
    </message>
    <message>
        <source>Bits stored</source>
        <translation>存储的比特数</translation>
    </message>
    <message>
        <source>Inputs of the XOR network: what is stored of each slice of weights.</source>
        <translation>异或网络的输入：每段权重实际存储的内容。</translation>
    </message>
    <message>
        <source>Signs made of them</source>
        <translation>由其生成的符号数</translation>
    </message>
    <message>
        <source>Outputs of the XOR network: the weights of a slice.</source>
        <translation>异或网络的输出：一段权重的个数。</translation>
    </message>
    <message>
        <source>Each has a network and factors of its own and takes its bits anew.</source>
        <translation>每个位平面都有自己的网络和系数，并另外占用比特。</translation>
    </message>
    <message>
        <source>Networks tried</source>
        <translation>尝试的网络数</translation>
    </message>
    <message>
        <source>The best of so many random networks is taken.</source>
        <translation>从这么多个随机网络中取最好的一个。</translation>
    </message>
    <message>
        <source>%1 gives outputs of shape %2 for %3 samples. Damage is measured on classifiers, which give one row of class scores for each sample.</source>
        <translation>%1 对 %3 个样本给出形状为 %2 的输出。损害只能在分类模型上测量，即每个样本给出一行类别得分。</translation>
    </message>
    <message>
        <source>%1 gives outputs of another shape for other samples.</source>
        <translation>%1 对其他样本给出的输出形状不同。</translation>
    </message>
    <message>
        <source>With these weights the model gives scores that are not finite numbers.</source>
        <translation>使用这些权重时，模型给出的得分不是有限数。</translation>
    </message>
    <message>
        <source>Damage is measured by running the model, but this file holds weights only. Open a TorchScript model.</source>
        <translation>测量损害需要运行模型，但此文件只有权重。请打开 TorchScript 模型。</translation>
    </message>
    <message>
        <source>%1 has too few samples.</source>
        <translation>%1 的样本太少。</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>Quantizes one layer at a time and measures how far the model&apos;s answers move (KL divergence from the float model) and how much accuracy is lost. The surest figure and the slowest; each point is measured on as many samples as it needs.</source>
        <translation>每次只量化一层，测量模型的回答偏移多少（相对浮点模型的 KL 散度）以及准确率损失多少。最可靠，也最慢；每个点按需要的样本数测量。</translation>
    </message>
    <message>
        <source>Measuring candidates</source>
        <translation>正在测量候选格式</translation>
    </message>
    <message>
        <source>None of the formats can serve this layer.</source>
        <translation>没有任何格式适用于此层。</translation>
    </message>
    <message>
        <source>Measurements cannot be kept in %1: %2.</source>
        <translation>无法在 %1 中保存测量结果：%2。</translation>
    </message>
    <message>
        <source>%1 cannot look into a model while it runs.</source>
        <translation>%1 无法在模型运行时查看其内部。</translation>
    </message>
    <message>
        <source>the capture is damaged: %1</source>
        <translation>采集文件已损坏：%1</translation>
    </message>
    <message>
        <source>a note in the file is not stored as notes are</source>
        <translation>文件中的一条说明不是按说明的方式存储的</translation>
    </message>
    <message>
        <source>Captures are not kept: nothing can be written into %1.</source>
        <translation>采集结果不会保留：无法写入 %1。</translation>
    </message>
    <message>
        <source>The capture %1 cannot be used and is made again: %2</source>
        <translation>采集文件 %1 无法使用，正在重新生成：%2</translation>
    </message>
    <message>
        <source>The gradients of %1 are not finite numbers on this data.</source>
        <translation>在这些数据上，%1 的梯度不是有限数。</translation>
    </message>
    <message>
        <source>the capture is of other layers</source>
        <translation>采集结果属于别的层</translation>
    </message>
    <message>
        <source>Diagonal Fisher information</source>
        <translation>对角 Fisher 信息</translation>
    </message>
    <message>
        <source>Projected Fisher information</source>
        <translation>投影 Fisher 信息</translation>
    </message>
    <message>
        <source>%1 has no samples.</source>
        <translation>%1 中没有样本。</translation>
    </message>
    <message>
        <source>Capturing inputs</source>
        <translation>正在采集输入</translation>
    </message>
    <message>
        <source>Capturing gradients</source>
        <translation>正在采集梯度</translation>
    </message>
    <message>
        <source>Probing the Hessian</source>
        <translation>正在探测 Hessian</translation>
    </message>
    <message>
        <source>The model gives scores that are not finite numbers for these samples.</source>
        <translation>模型对这些样本给出的分数不是有限数。</translation>
    </message>
    <message>
        <source>The model&apos;s outputs do not depend on this layer in a way that can be differentiated.</source>
        <translation>模型的输出并不以可求导的方式依赖于此层。</translation>
    </message>
    <message>
        <source>The model cannot be differentiated. LibTorch says: %1.</source>
        <translation>无法对该模型求导。LibTorch 的说明：%1。</translation>
    </message>
    <message>
        <source>Weights only: without gradients it cannot be told whether all its uses were seen.</source>
        <translation>只有权重：没有梯度，就无法判断它的用处是否都已看到。</translation>
    </message>
    <message>
        <source>Weights only: it is used by the operator %1, whose inputs at this weight cannot be seen.</source>
        <translation>只有权重：它由算子 %1 使用，而该算子在此权重处的输入无法看到。</translation>
    </message>
    <message>
        <source>Weights only: no operator takes it as it is.</source>
        <translation>只有权重：没有算子直接使用它。</translation>
    </message>
    <message>
        <source>Weights only: not everything the model does with it can be seen.</source>
        <translation>只有权重：模型对它所做的运算无法全部看到。</translation>
    </message>
    <message>
        <source>Weights only: it is used in two directions, as a matrix and as its transpose.</source>
        <translation>只有权重：它在两个方向上使用，既作为矩阵，也作为其转置。</translation>
    </message>
    <message>
        <source>The weight %1 is used with different numbers of groups, which is not supported.</source>
        <translation>权重 %1 以不同的分组数使用，尚不支持。</translation>
    </message>
    <message>
        <source>The model does not give one row of class scores for each sample.</source>
        <translation>模型没有为每个样本给出一行类别分数。</translation>
    </message>
    <message>
        <source>The data has labels that the model has no outputs for.</source>
        <translation>数据中有模型没有相应输出的标签。</translation>
    </message>
    <message>
        <source>The model has no weight %1 that could be watched.</source>
        <translation>模型中没有可供观察的权重 %1。</translation>
    </message>
    <message>
        <source>The model does not give one tensor of class scores for each sample.</source>
        <translation>模型没有为每个样本给出一个类别分数张量。</translation>
    </message>
    <message>
        <source>layers %1 and %2 are tied, but the recipe gives them %3 and %4</source>
        <translation>层 %1 与 %2 已绑定，但配方给它们的是 %3 和 %4</translation>
    </message>
    <message>
        <source>as the recipe says</source>
        <translation>按配方</translation>
    </message>
    <message>
        <source>As the recipe says</source>
        <translation>按配方</translation>
    </message>
    <message>
        <source>Changes nothing: says what a recipe takes and does, and whether it is within the budget.</source>
        <translation>不作任何改动：说明配方占用多少、造成多少损伤，以及是否在预算之内。</translation>
    </message>
    <message>
        <source>%1 bits more than the mean layer: it is as much more sensitive</source>
        <translation>比平均层多 %1 位：它相应地更敏感</translation>
    </message>
    <message>
        <source>%1 bits less than the mean layer: it is as much less sensitive</source>
        <translation>比平均层少 %1 位：它相应地不那么敏感</translation>
    </message>
    <message>
        <source>Fractional bits were rounded to the formats there are: %1 bits per weight of %2 allowed.</source>
        <translation>小数位数已取整到现有格式：每权重 %1 位，允许 %2 位。</translation>
    </message>
    <message>
        <source>Sensitivity from</source>
        <translation>敏感度来源</translation>
    </message>
    <message>
        <source>What says how sensitive a layer is: the damage of its candidates, or its one value (mean Fisher) times the mean square of its weights.</source>
        <translation>用什么说明一层的敏感程度：候选格式的损伤，或该层的单一数值（平均 Fisher）乘以权重的均方。</translation>
    </message>
    <message>
        <source>the damage of candidates</source>
        <translation>候选格式的损伤</translation>
    </message>
    <message>
        <source>the layer&apos;s value</source>
        <translation>该层的数值</translation>
    </message>
    <message>
        <source>By sensitivity, fractional bits</source>
        <translation>按敏感度，可用小数位数</translation>
    </message>
    <message>
        <source>The walk ended worse than one format for all layers, which is taken instead.</source>
        <translation>逐步分配的结果不如所有层使用同一格式，因此改用后者。</translation>
    </message>
    <message>
        <source>One step at a time</source>
        <translation>逐步进行</translation>
    </message>
    <message>
        <source>From the cheapest formats, always the one next step that saves the most damage per byte, looking no further than one format ahead. Easy to follow; best with measured damages.</source>
        <translation>从最小的格式开始，每次只走一步，选每字节减少损伤最多的一步，只向前看一种格式。容易理解；配合实测损伤最好。</translation>
    </message>
    <message>
        <source>The best choice, proven</source>
        <translation>经证明的最优选择</translation>
    </message>
    <message>
        <source>The multiple-choice knapsack, solved by branch and bound: of all mixes of these formats within the budget the one of least predicted damage. Says how far it may be from that where the proof would take too long.</source>
        <translation>用分支定界求解多选背包问题：在预算之内，从这些格式的所有组合中选出预测损伤最小的一个。若证明耗时过长，则说明最多可能相差多少。</translation>
    </message>
    <message>
        <source>Last bytes</source>
        <translation>最后的字节</translation>
    </message>
    <message>
        <source>What happens to the bytes left over when the next step does not fit.</source>
        <translation>下一步放不下时，剩余字节如何使用。</translation>
    </message>
    <message>
        <source>the best mix, off the hulls too</source>
        <translation>最优组合，也包括凸包之外的格式</translation>
    </message>
    <message>
        <source>smaller steps that still fit</source>
        <translation>仍放得下的较小步骤</translation>
    </message>
    <message>
        <source>Bits go where they save the most damage per byte, from the smallest file up to the budget, along each layer&apos;s convex hull; then the last bytes are filled.</source>
        <translation>从最小的文件开始直到预算，沿每层的凸包把位数用在每字节减少损伤最多的地方；最后用完剩余的字节。</translation>
    </message>
    <message>
        <source>Even the best of these formats for every layer drops more than allowed: %1 against %2. Add formats of more bits, or allow more.</source>
        <translation>即使每层都用这些格式中最好的，下降仍超过允许值：%1，允许 %2。请加入位数更多的格式，或放宽限制。</translation>
    </message>
    <message>
        <source>Found by measuring %1 choices on up to %2 samples; the limit was a drop of %3.</source>
        <translation>通过在最多 %2 个样本上测量 %1 种选择得到；允许的下降为 %3。</translation>
    </message>
    <message>
        <source>Nothing was measured: predicted damage (%1 %2) was held against the limit of %3. Give data to measure.</source>
        <translation>未作测量：以预测损伤（%1 %2）对照限值 %3。请提供数据以便测量。</translation>
    </message>
    <message>
        <source>The smallest within a drop</source>
        <translation>允许下降之内的最小文件</translation>
    </message>
    <message>
        <source>Needs no budget: the fewest bytes whose accuracy is at most so much below the float model&apos;s, measured on data (as many samples as it takes to be sure). Without data, predicted damage is held against the limit.</source>
        <translation>不需要预算：字节最少、且准确率比浮点模型最多低指定数值的选择，在数据上测量（样本数足以作出判断为止）。没有数据时以预测损伤对照限值。</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>下降</translation>
    </message>
    <message>
        <source>The most accuracy may fall, as a share of all samples: 0.01 for one in a hundred.</source>
        <translation>准确率最多可下降多少，以占全部样本的比例表示：0.01 即百分之一。</translation>
    </message>
    <message>
        <source>Sure</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>Standard errors between drop and limit before a measurement stops early.</source>
        <translation>下降与限值相差多少个标准误时提前结束测量。</translation>
    </message>
    <message>
        <source>+2 bits for the first and last two blocks, embedding and head</source>
        <translation>首尾各两个块、嵌入层和输出层多 2 位</translation>
    </message>
    <message>
        <source>as llama.cpp&apos;s Q4_K_M: +2 bits for values and down projections of half the blocks, and the head</source>
        <translation>同 llama.cpp 的 Q4_K_M：半数块的 value 与 down 投影以及输出层多 2 位</translation>
    </message>
    <message>
        <source>as Fisher allocation often gives: values and keys more, embedding less</source>
        <translation>如 Fisher 分配的常见结果：value 与 key 多些，嵌入层少些</translation>
    </message>
    <message>
        <source>the preset gives it what most layers get</source>
        <translation>预设给它与多数层相同的位数</translation>
    </message>
    <message>
        <source>%1 bits against most layers, by its place (role %2, block %3 of %4)</source>
        <translation>按其位置比多数层 %1 位（角色 %2，第 %3 块，共 %4 块）</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Which layers get more bits than the others.</source>
        <translation>哪些层比其他层得到更多位数。</translation>
    </message>
    <message>
        <source>By what layers are for</source>
        <translation>按层的用途</translation>
    </message>
    <message>
        <source>Presets that give some layers more bits by role and place, as llama.cpp and papers do. Looks at no damages; use it to compare.</source>
        <translation>按角色和位置给某些层更多位数的预设，如 llama.cpp 和论文所用。不看损伤；用于比较。</translation>
    </message>
    <message>
        <source>A %1 file holds the float values whatever their format, so no format makes it smaller. Allocate for a file that keeps codes, such as safetensors.</source>
        <translation>%1 文件无论何种格式都保存浮点值，因此没有格式能使它变小。请为保存编码的文件（如 safetensors）分配。</translation>
    </message>
    <message>
        <source>This recipe makes a file of %1 with %2 bits per weight, which is over the budget.</source>
        <translation>此配方生成 %1 的文件，每权重 %2 位，超出预算。</translation>
    </message>
    <message>
        <source>The smallest file these formats make is %1, a little more than the budget.</source>
        <translation>这些格式能生成的最小文件为 %1，略超预算。</translation>
    </message>
    <message>
        <source>Allocating</source>
        <translation>正在分配</translation>
    </message>
    <message>
        <source>this file format has no sizes</source>
        <translation>此文件格式没有大小信息</translation>
    </message>
    <message>
        <source>The drop in accuracy needs data with labels, and a model that tells classes apart.</source>
        <translation>准确率下降需要带标签的数据和能区分类别的模型。</translation>
    </message>
    <message>
        <source>Finding the best allocation by measuring needs data: give calibration samples.</source>
        <translation>通过测量寻找最佳分配需要数据：请给出校准样本。</translation>
    </message>
    <message>
        <source>The sensitivity &quot;%1&quot; was left out: %2</source>
        <translation>未使用敏感度“%1”：%2</translation>
    </message>
    <message>
        <source>No layer&apos;s damage is known.</source>
        <translation>没有任何一层的损害是已知的。</translation>
    </message>
    <message>
        <source>Measuring where to start</source>
        <translation>正在测量起点</translation>
    </message>
    <message>
        <source>Measuring the next options of each layer</source>
        <translation>正在测量各层的相邻选项</translation>
    </message>
    <message>
        <source>options</source>
        <translation>个选项</translation>
    </message>
    <message>
        <source>Measuring steps</source>
        <translation>正在测量各步</translation>
    </message>
    <message>
        <source>Measured on %1 samples that had no part in choosing: KL %2 ± %3.</source>
        <translation>在未参与选择的 %1 个样本上实测：KL %2 ± %3。</translation>
    </message>
    <message>
        <source>Refining needs %1 samples or more: half to choose by, half to judge.</source>
        <translation>细化至少需要 %1 个样本：一半用于选择，一半用于评判。</translation>
    </message>
    <message>
        <source>%1 of %2 predictions, in %3 layers, are off by more than %4 times: allocate from measured damages, or refine.</source>
        <translation>%2 个预测中有 %1 个（涉及 %3 层）偏差超过 %4 倍：请按实测损害分配，或进行细化。</translation>
    </message>
    <message>
        <source>The two damage tables are of different models.</source>
        <translation>两个损害表属于不同的模型。</translation>
    </message>
    <message>
        <source>The two damage tables have no layer and format in common.</source>
        <translation>两个损害表没有共同的层和格式。</translation>
    </message>
    <message>
        <source>A sweep needs a model, candidate formats, a budget and a way to allocate.</source>
        <translation>扫描需要模型、候选格式、预算和分配方式。</translation>
    </message>
    <message>
        <source>There is no way to allocate called &quot;%1&quot;; the nearest is &quot;%2&quot;.</source>
        <translation>没有名为“%1”的分配方式；最接近的是“%2”。</translation>
    </message>
    <message>
        <source>This is no result of a sweep.</source>
        <translation>这不是扫描的结果。</translation>
    </message>
    <message>
        <source>The budget &quot;%1&quot; must be one of the candidate formats.</source>
        <translation>预算“%1”必须是候选格式之一。</translation>
    </message>
    <message>
        <source>No single format for all layers fits the budget %1.</source>
        <translation>没有任何单一格式能让所有层都满足预算 %1。</translation>
    </message>
    <message>
        <source>The loss cannot be differentiated twice with respect to this layer&apos;s weights.</source>
        <translation>损失无法对此层的权重求二阶导数。</translation>
    </message>
    <message>
        <source>it is not a whole importance matrix: %1</source>
        <translation>它不是完整的重要性矩阵：%1</translation>
    </message>
    <message>
        <source>Trace of the Hessian</source>
        <translation>Hessian 的迹</translation>
    </message>
    <message>
        <source>How curved the loss on the data&apos;s own labels is along a layer&apos;s weights, on average (Hutchinson&apos;s estimate from random directions). The damage of a format is half that times its squared error.</source>
        <translation>在数据自身的标签上，损失沿一层权重的平均弯曲程度（由随机方向作 Hutchinson 估计）。一种格式的损害是它的一半乘以平方误差。</translation>
    </message>
    <message>
        <source>Its trace is not positive on this data, so that errors seem to do no harm; do not rely on it.</source>
        <translation>在这些数据上其迹不为正，因此误差看似无害；请勿依赖它。</translation>
    </message>
    <message>
        <source>Importance matrix</source>
        <translation>重要性矩阵</translation>
    </message>
    <message>
        <source>Squared error of the weights, each column counted by the mean square of its input as llama.cpp&apos;s imatrix tool measured it. Inputs of different columns are taken as independent; compare within one kind of layer.</source>
        <translation>权重的平方误差，每一列按 llama.cpp 的 imatrix 工具测得的输入均方加权。各列的输入视为相互独立；请只在同类层之间比较。</translation>
    </message>
    <message>
        <source>The importance matrix has no entry for this layer.</source>
        <translation>重要性矩阵中没有此层的条目。</translation>
    </message>
    <message>
        <source>The importance matrix has %1 columns for this layer, which has %2.</source>
        <translation>重要性矩阵中此层有 %1 列，而该层有 %2 列。</translation>
    </message>
    <message>
        <source>The sensitivity &quot;importance&quot; reads an importance matrix: name the file llama.cpp&apos;s imatrix tool wrote.</source>
        <translation>敏感度“importance”读取重要性矩阵：请指定 llama.cpp 的 imatrix 工具写出的文件。</translation>
    </message>
    <message>
        <source>Error of a layer&apos;s outputs</source>
        <translation>层输出的误差</translation>
    </message>
    <message>
        <source>How far a format moves what the layer gives: the squared error of its outputs per sample, all positions together, from the covariance of its inputs. What the rest of the model makes of it is not seen, so compare within one kind of layer, or relative to the layer&apos;s own outputs.</source>
        <translation>一种格式使该层的输出偏移多少：由输入的协方差求得每个样本输出的平方误差，所有位置合计。模型其余部分如何对待它看不到，因此请只在同类层之间比较，或与该层自身的输出相比。</translation>
    </message>
    <message>
        <source>cannot set aside %1 in the folder %2 for intermediate results: %3. Make room there, or name another folder in the environment variable TMPDIR.</source>
        <translation>无法在文件夹 %2 中为中间结果预留 %1：%3。请在该处腾出空间，或在环境变量 TMPDIR 中指定另一个文件夹。</translation>
    </message>
    <message>
        <source>Its channels meet others of another number or in blocks of another size.</source>
        <translation>它的通道与数量不同或分块大小不同的其他通道相遇。</translation>
    </message>
    <message>
        <source>The order of its %1 rows is stored in %2 bits.</source>
        <translation>其 %1 行的顺序以 %2 比特存储。</translation>
    </message>
    <message>
        <source>No other layer can take it over.</source>
        <translation>没有其他层可以吸收这一顺序。</translation>
    </message>
    <message>
        <source>No other tensor depends on it, so it need not be stored.</source>
        <translation>没有其他张量依赖这一顺序，因此无需存储。</translation>
    </message>
    <message>
        <source>It could be absorbed by %1.</source>
        <translation>它可由 %1 吸收。</translation>
    </message>
    <message>
        <source>The rows of %1 would then have to stand in the same order.</source>
        <translation>此时 %1 的行也必须按相同顺序排列。</translation>
    </message>
    <message>
        <source>The model&apos;s graph does not use it.</source>
        <translation>模型的计算图没有用到它。</translation>
    </message>
    <message>
        <source>Its rows belong together in blocks of %1.</source>
        <translation>它的行每 %1 行为一块，不能拆开。</translation>
    </message>
    <message>
        <source>Which layers follow it is not known: the file does not say how weights are used.</source>
        <translation>不知道哪些层在它之后：文件没有说明权重如何使用。</translation>
    </message>
    <message>
        <source>Its channels are joined with those of the model&apos;s input, whose order is given.</source>
        <translation>它的通道与模型输入的通道相连，而输入的顺序是给定的。</translation>
    </message>
    <message>
        <source>Its channels reach the model&apos;s output, whose order is given.</source>
        <translation>它的通道到达模型的输出，而输出的顺序是给定的。</translation>
    </message>
    <message>
        <source>Its channels meet a constant that is written into the model&apos;s code.</source>
        <translation>它的通道与写在模型代码中的常量相遇。</translation>
    </message>
    <message>
        <source>It shares memory with other tensors of the model.</source>
        <translation>它与模型的其他张量共用内存。</translation>
    </message>
    <message>
        <source>Its channels reach the operator %1, which may take them apart, mix them or keep their order.</source>
        <translation>它的通道到达算子 %1，该算子可能拆分或混合通道，或依赖其顺序。</translation>
    </message>
    <message>
        <source>Its channels reach or leave a convolution in %1 groups, which keeps them apart.</source>
        <translation>它的通道进入或来自一个分为 %1 组的卷积，该卷积把各组通道分开处理。</translation>
    </message>
    <message>
        <source>fewer bits for rarer words need a format whose codes have a number of bits, such as int4 or bcq4</source>
        <translation>罕见词用更少的位数，需要编码有位数的格式，如 int4 或 bcq4</translation>
    </message>
    <message>
        <source>the rarest words would get %1 bits, but this format needs at least %2</source>
        <translation>最罕见的词将得到 %1 位，但此格式至少需要 %2 位</translation>
    </message>
    <message>
        <source>the rows of the quantized tensor are not cut as its format says</source>
        <translation>量化张量的行没有按其格式所述划分</translation>
    </message>
    <message>
        <source>the quantized tensor does not say which formats its rows have</source>
        <translation>量化张量没有说明各行的格式</translation>
    </message>
    <message>
        <source>Clusters of words</source>
        <translation>词的分组</translation>
    </message>
    <message>
        <source>Each cluster has twice the words of the one before it, and codes of one bit less.</source>
        <translation>每组的词数是前一组的两倍，编码少一位。</translation>
    </message>
    <message>
        <source>Fewer bits for rarer words</source>
        <translation>罕见词用更少位数</translation>
    </message>
    <message>
        <source>For embeddings: the first rows, in most vocabularies the most frequent words, get the format&apos;s bits, the next and more numerous ones one bit less each time.</source>
        <translation>用于嵌入层：前面的行（在多数词表中是最常用的词）用该格式的位数，后面更多的行每组依次少一位。</translation>
    </message>
    <message>
        <source>The Fisher information of its weights is not known: %1</source>
        <translation>其权重的 Fisher 信息未知：%1</translation>
    </message>
    <message>
        <source>Equally after division by the scale; by the square of the scale, as errors of the weights themselves; by the magnitude of the weight; or by its Fisher information, which takes calibration data and a model that runs.</source>
        <translation>除以缩放因子后同等看待；按缩放因子的平方，即权重自身的误差；按权重的大小；或按其 Fisher 信息，这需要校准数据和可运行的模型。</translation>
    </message>
    <message>
        <source>by Fisher information</source>
        <translation>按 Fisher 信息</translation>
    </message>
    <message>
        <source>unknown argument &quot;%1&quot;: a fitted codebook takes w=scale, w=magnitude or w=fisher</source>
        <translation>未知参数“%1”：拟合码本可用 w=scale、w=magnitude 或 w=fisher</translation>
    </message>
    <message>
        <source>%1 needs the weights in their places, so it cannot be used with %2</source>
        <translation>%1 要求权重留在原位，因此不能与 %2 一起使用</translation>
    </message>
    <message>
        <source>The Fisher information of weights comes from running the model, but this file holds weights only. Open a TorchScript model, or use a format that does not need it.</source>
        <translation>权重的 Fisher 信息来自运行模型，但此文件只含权重。请打开 TorchScript 模型，或使用不需要它的格式。</translation>
    </message>
    <message>
        <source>the allocation&apos;s &quot;%1&quot; is not what it should be</source>
        <translation>分配中的“%1”不符合要求</translation>
    </message>
    <message>
        <source>the allocation is no JSON object</source>
        <translation>分配不是 JSON 对象</translation>
    </message>
    <message>
        <source>The refined allocation takes %1, a little more than the budget; allow more.</source>
        <translation>细化后的分配需要 %1，略超预算；请放宽预算。</translation>
    </message>
    <message>
        <source>How strongly the model&apos;s own answers react to each weight: mean squared gradients of the likelihood, over the classes as likely as the model takes them. The damage of a format is half the error of each weight squared, times that weight&apos;s figure; errors that add up or cancel between weights are not seen.</source>
        <translation>模型自己的回答对每个权重的反应有多强：似然梯度的均方，各类别按模型自己给出的概率计入。一种格式的损害为每个权重误差平方的一半乘以该权重的数值；权重之间相互叠加或相互抵消的误差看不到。</translation>
    </message>
    <message>
        <source>What a format&apos;s errors do together: half the mean over samples of the squared change of the log-likelihood, to first order, over the classes as likely as the model takes them. Errors that add up or cancel within a layer are counted as such.</source>
        <translation>一种格式的误差合起来有什么影响：对数似然变化量（一阶近似）平方的样本均值的一半，各类别按模型自己给出的概率计入。层内相互叠加或相互抵消的误差会如实计入。</translation>
    </message>
    <message>
        <source>there is not enough memory to unpack the zip archive</source>
        <translation>内存不足，无法解压该 zip 存档</translation>
    </message>
    <message>
        <source>the record %1 is damaged: its checksum is wrong</source>
        <translation>记录 %1 已损坏：校验和不正确</translation>
    </message>
    <message>
        <source>the archive has no record %1</source>
        <translation>存档中没有记录 %1</translation>
    </message>
    <message>
        <source>the record %1 is damaged: it does not unpack</source>
        <translation>记录 %1 已损坏：无法解压</translation>
    </message>
    <message>
        <source>the record %1 is %2 long; %3 is the most that is read</source>
        <translation>记录 %1 的长度为 %2；最多读取 %3</translation>
    </message>
    <message>
        <source>the zip archive is truncated or damaged</source>
        <translation>该 zip 存档不完整或已损坏</translation>
    </message>
    <message>
        <source>the zip archive&apos;s directory and the header of its record %1 do not agree</source>
        <translation>zip 存档的目录与其记录 %1 的文件头不一致</translation>
    </message>
    <message>
        <source>the zip archive is spread over several files (disks)</source>
        <translation>该 zip 存档分布在多个文件（分卷）中</translation>
    </message>
    <message>
        <source>the zip archive&apos;s record &quot;%1&quot; has a name that leads out of the archive</source>
        <translation>zip 存档中记录“%1”的名称指向存档之外</translation>
    </message>
    <message>
        <source>the zip archive&apos;s record %1 is encrypted</source>
        <translation>zip 存档中的记录 %1 已加密</translation>
    </message>
    <message>
        <source>the zip archive&apos;s record %1 is packed with method %2; only stored and deflated ones are read</source>
        <translation>zip 存档中的记录 %1 使用压缩方法 %2；仅读取未压缩的和 deflate 压缩的记录</translation>
    </message>
    <message>
        <source>the zip archive&apos;s record %1 cannot unpack from %2 to the %3 it claims</source>
        <translation>zip 存档中的记录 %1 不可能由 %2 解压为其声称的 %3</translation>
    </message>
    <message>
        <source>the zip archive holds the record %1 twice</source>
        <translation>zip 存档中有两个名为 %1 的记录</translation>
    </message>
    <message>
        <source>records of the zip archive overlap</source>
        <translation>zip 存档的记录相互重叠</translation>
    </message>
    <message>
        <source>the zip archive of %1 would unpack to %2; for its size at most %3 are allowed</source>
        <translation>大小为 %1 的 zip 存档解压后将达 %2；按其大小最多允许 %3</translation>
    </message>
    <message>
        <source>PyTorch</source>
        <translation>PyTorch</translation>
    </message>
    <message>
        <source>the pickled data is broken</source>
        <translation>pickle 数据已损坏</translation>
    </message>
    <message>
        <source>the pickled data has more parts than that of any real model of its size</source>
        <translation>pickle 数据的组成部分多于同等大小的任何真实模型</translation>
    </message>
    <message>
        <source>the pickled data refers to %1, which is not on the short list of what weights need; nothing was run. Where you trust the file, load it in Python and save its state_dict() alone</source>
        <translation>pickle 数据引用了 %1，它不在权重所需内容的简短清单之内；没有运行任何代码。如果您信任该文件，请在 Python 中加载它并仅保存其 state_dict()</translation>
    </message>
    <message>
        <source>the pickled data is of protocol %1; protocols 2 to 5 are read</source>
        <translation>pickle 数据使用协议 %1；可读取协议 2 至 5</translation>
    </message>
    <message>
        <source>the pickled data uses opcode %1, which files of weights never need</source>
        <translation>pickle 数据使用了操作码 %1，权重文件从不需要它</translation>
    </message>
    <message>
        <source>the pickled data is not what torch writes: %1 is missing or of another kind</source>
        <translation>pickle 数据不符合 torch 的写法：%1 缺失或类型不对</translation>
    </message>
    <message>
        <source>it has %1 dimensions; at most %2 are read</source>
        <translation>它有 %1 个维度；最多读取 %2 个</translation>
    </message>
    <message>
        <source>it is made by %1 (quantized, sparse or of a class of its own); only plain tensors are read. In Python, call dequantize() or to_dense() before saving</source>
        <translation>它由 %1 构造（量化、稀疏或自定义类的张量）；仅读取普通张量。请在 Python 中保存之前调用 dequantize() 或 to_dense()</translation>
    </message>
    <message>
        <source>a tensor&apos;s storage</source>
        <translation>张量的存储</translation>
    </message>
    <message>
        <source>its values are of the type of %1; quantized and complex numbers are not read. In Python, call dequantize() before saving</source>
        <translation>其数值的类型为 %1；不读取量化数和复数。请在 Python 中保存之前调用 dequantize()</translation>
    </message>
    <message>
        <source>it was on the device &quot;meta&quot; and has no values</source>
        <translation>它位于“meta”设备上，没有数值</translation>
    </message>
    <message>
        <source>its storage is a part outside of another one</source>
        <translation>其存储所引用的部分超出了另一个存储的范围</translation>
    </message>
    <message>
        <source>a tensor&apos;s description</source>
        <translation>张量的描述</translation>
    </message>
    <message>
        <source>it is a negated or conjugated view; in Python, call resolve_neg() before saving</source>
        <translation>它是取负或共轭视图；请在 Python 中保存之前调用 resolve_neg()</translation>
    </message>
    <message>
        <source>its values are of type %1, which is not read</source>
        <translation>其数值的类型为 %1，不支持读取</translation>
    </message>
    <message>
        <source>a tensor&apos;s type</source>
        <translation>张量的类型</translation>
    </message>
    <message>
        <source>a tensor&apos;s offset</source>
        <translation>张量的偏移</translation>
    </message>
    <message>
        <source>a tensor&apos;s size</source>
        <translation>张量的大小</translation>
    </message>
    <message>
        <source>a tensor&apos;s strides</source>
        <translation>张量的步长</translation>
    </message>
    <message>
        <source>its values %1 to %2 lie outside of its storage, which has %3</source>
        <translation>其第 %1 至 %2 个数值超出了只有 %3 个数值的存储</translation>
    </message>
    <message>
        <source>its storage %1 is said to have %2 bytes but has %3</source>
        <translation>其存储 %1 声称有 %2 字节，实际有 %3 字节</translation>
    </message>
    <message>
        <source>it would unfold from %1 to %2, more than a file of this size may</source>
        <translation>它会由 %1 展开为 %2，超过此大小的文件所允许的量</translation>
    </message>
    <message>
        <source>its numbers are in big-endian order; load and save it again on a common machine</source>
        <translation>其数值为大端字节序；请在常见的机器上重新加载并保存</translation>
    </message>
    <message>
        <source>the file holds two tensors of this name</source>
        <translation>文件中有两个同名张量</translation>
    </message>
    <message>
        <source>it was written by torch.save but holds no tensors in dictionaries or lists</source>
        <translation>它由 torch.save 写出，但其字典和列表中没有张量</translation>
    </message>
    <message>
        <source>The checkpoint also holds &quot;%1&quot; (tensors: %2), which is left out.</source>
        <translation>检查点中还有“%1”（张量数：%2），已略去。</translation>
    </message>
    <message>
        <source>the archive holds the record %1 twice</source>
        <translation>存档中有两个名为 %1 的记录</translation>
    </message>
    <message>
        <source>this zip archive holds no data.pkl, so it is no file of PyTorch</source>
        <translation>该 zip 存档中没有 data.pkl，因此不是 PyTorch 文件</translation>
    </message>
    <message>
        <source>Constants in the model&apos;s code (tensors: %1) are left out: LibTorch would read them.</source>
        <translation>模型代码中的常量（张量数：%1）已略去：需要 LibTorch 才能读取。</translation>
    </message>
    <message>
        <source>it is of another version of the legacy format than 1001</source>
        <translation>其旧格式的版本不是 1001</translation>
    </message>
    <message>
        <source>no tensor uses the storage %1 that the file holds</source>
        <translation>文件中的存储 %1 没有任何张量使用</translation>
    </message>
    <message>
        <source>there are %1 bytes at the end that belong to nothing</source>
        <translation>末尾有 %1 字节不属于任何内容</translation>
    </message>
    <message>
        <source>the file does not hold its storage %1</source>
        <translation>文件中没有它的存储 %1</translation>
    </message>
    <message>
        <source>the file is truncated: a storage needs %1 bytes and %2 are left</source>
        <translation>文件不完整：某个存储需要 %1 字节，只剩 %2 字节</translation>
    </message>
    <message>
        <source>a tensor&apos;s name has %1 bytes; at most %2 are allowed</source>
        <translation>某个张量的名称有 %1 字节；最多允许 %2 字节</translation>
    </message>
    <message>
        <source>identical</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>rescaled</source>
        <translation>仅缩放</translation>
    </message>
    <message>
        <source>requantized</source>
        <translation>重新量化</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已改变</translation>
    </message>
    <message>
        <source>only in A</source>
        <translation>仅在 A 中</translation>
    </message>
    <message>
        <source>only in B</source>
        <translation>仅在 B 中</translation>
    </message>
    <message>
        <source>other shape, same order</source>
        <translation>形状不同，顺序相同</translation>
    </message>
    <message>
        <source>axes in another order</source>
        <translation>坐标轴顺序不同</translation>
    </message>
    <message>
        <source>output channels in another order</source>
        <translation>输出通道顺序不同</translation>
    </message>
    <message>
        <source>input channels in another order</source>
        <translation>输入通道顺序不同</translation>
    </message>
    <message>
        <source>Comparing %1</source>
        <translation>正在比较 %1</translation>
    </message>
    <message>
        <source>NumPy</source>
        <translation>NumPy</translation>
    </message>
    <message>
        <source>this is not a file that torch.save writes</source>
        <translation>这不是 torch.save 写出的文件</translation>
    </message>
    <message>
        <source>This file is one part of a model. Open the file that ends in .index.json to see all of it.</source>
        <translation>此文件只是模型的一部分。请打开以 .index.json 结尾的文件以查看全部内容。</translation>
    </message>
    <message>
        <source>the NumPy header is malformed near &quot;%1&quot;</source>
        <translation>NumPy 文件头在“%1”附近格式错误</translation>
    </message>
    <message>
        <source>it is an array of structures; only arrays of plain numbers are read</source>
        <translation>它是结构体数组；仅读取普通数值的数组</translation>
    </message>
    <message>
        <source>it holds Python objects, which could run code when they are loaded; only plain numbers are read</source>
        <translation>它包含 Python 对象，加载时可能运行代码；仅读取普通数值</translation>
    </message>
    <message>
        <source>the NumPy array is truncated</source>
        <translation>NumPy 数组不完整</translation>
    </message>
    <message>
        <source>the NumPy array is of format version %1; versions 1 to 3 are read</source>
        <translation>NumPy 数组的格式版本为 %1；可读取版本 1 至 3</translation>
    </message>
    <message>
        <source>the NumPy header claims %1 bytes; the file has %2, and at most %3 are allowed</source>
        <translation>NumPy 文件头声称有 %1 字节；文件有 %2 字节，最多允许 %3 字节</translation>
    </message>
    <message>
        <source>the array of shape %1 needs %2 bytes, but the file has %3</source>
        <translation>形状为 %1 的数组需要 %2 字节，但文件有 %3 字节</translation>
    </message>
    <message>
        <source>its weights take %1, and at most %2 are read inside of a .keras file; unzip it and open %3</source>
        <translation>其权重占 %1，在 .keras 文件内最多读取 %2；请解压后打开 %3</translation>
    </message>
    <message>
        <source>record %1</source>
        <translation>记录 %1</translation>
    </message>
    <message>
        <source>The file also holds &quot;%1&quot; (tensors: %2), which is left out.</source>
        <translation>文件中还有“%1”（张量数：%2），已略去。</translation>
    </message>
    <message>
        <source>this is a file that Bitwright wrote (%1), not a model</source>
        <translation>这是 Bitwright 写出的文件（%1），不是模型</translation>
    </message>
    <message>
        <source>the HDF5 file holds no numbers</source>
        <translation>该 HDF5 文件中没有数值</translation>
    </message>
    <message>
        <source>HDF5 (Keras)</source>
        <translation>HDF5（Keras）</translation>
    </message>
    <message>
        <source>it is packed with filter %1; only deflate, shuffle and Fletcher-32 are read, and plug-in filters are never loaded</source>
        <translation>它使用过滤器 %1 压缩；仅读取 deflate、shuffle 和 Fletcher-32，且从不加载插件过滤器</translation>
    </message>
    <message>
        <source>its chunks have %1; at most %2 are allowed</source>
        <translation>其数据块大小为 %1；最多允许 %2</translation>
    </message>
    <message>
        <source>Datasets that do not hold plain numbers are left out: %1 (the first: %2).</source>
        <translation>不含普通数值的数据集已略去：%1 个（第一个：%2）。</translation>
    </message>
    <message>
        <source>Soft links are left out: %1.</source>
        <translation>软链接已略去：%1 个。</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a link into another file, which is refused</source>
        <translation>“%1”是指向其他文件的链接，已拒绝</translation>
    </message>
    <message>
        <source>dataset %1</source>
        <translation>数据集 %1</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is a virtual dataset, which takes its values from other files; refused</source>
        <translation>“%1”是虚拟数据集，其数值取自其他文件；已拒绝</translation>
    </message>
    <message>
        <source>&quot;%1&quot; keeps its values in other files, which is refused</source>
        <translation>“%1”将数值存放在其他文件中，已拒绝</translation>
    </message>
    <message>
        <source>its values lie outside of the file</source>
        <translation>其数值位于文件之外</translation>
    </message>
    <message>
        <source>it would unpack to %1, more than a file of this size may</source>
        <translation>它解压后将达 %1，超过此大小的文件所允许的量</translation>
    </message>
    <message>
        <source>GGUF (llama.cpp)</source>
        <translation>GGUF（llama.cpp）</translation>
    </message>
    <message>
        <source>GGUF has no type for %1, which layer %2 gets: codes and scales would be lost, and only float values left. Choose one of %3 for it, or write float values (--dequantized), or a .safetensors file, which keeps them.</source>
        <translation>GGUF 没有与层 %2 所用的 %1 对应的类型：编码和缩放系数会丢失，只剩浮点值。请为它选择 %3 之一，或写出浮点值（--dequantized），或写为能保留它们的 .safetensors 文件。</translation>
    </message>
    <message>
        <source>the rows of layer %1 are not whole blocks of %2 weights, which GGUF files need for %3; choose f16 for it</source>
        <translation>层 %1 的行不是 %2 个权重的整块，而 GGUF 文件的 %3 要求整块；请为它选择 f16</translation>
    </message>
    <message>
        <source>the written file, read back, holds another number of metadata entries</source>
        <translation>写出的文件读回后，元数据条目的数量不同</translation>
    </message>
    <message>
        <source>the tensors do not have the SHA-256 the file states</source>
        <translation>张量的 SHA-256 与文件所述不符</translation>
    </message>
    <message>
        <source>header and tensors have the SHA-256 the file states</source>
        <translation>文件头和张量的 SHA-256 与文件所述相符</translation>
    </message>
    <message>
        <source>metadata entry %1</source>
        <translation>元数据条目 %1</translation>
    </message>
    <message>
        <source>its type has the number %1, which GGUF does not define</source>
        <translation>其类型编号为 %1，GGUF 没有定义该编号</translation>
    </message>
    <message>
        <source>a truth value is neither 0 nor 1</source>
        <translation>布尔值既不是 0 也不是 1</translation>
    </message>
    <message>
        <source>it does not begin with &quot;GGUF&quot;</source>
        <translation>它不以“GGUF”开头</translation>
    </message>
    <message>
        <source>its numbers are stored for big-endian machines; convert it with gguf_convert_endian.py first</source>
        <translation>其中的数按大端机器的方式存储；请先用 gguf_convert_endian.py 转换</translation>
    </message>
    <message>
        <source>it is of GGUF version %1; this build reads versions 2 and 3</source>
        <translation>它是 GGUF 第 %1 版；此版本的程序可读取第 2 版和第 3 版</translation>
    </message>
    <message>
        <source>it claims to hold %1 tensors, which cannot fit into it</source>
        <translation>它声称包含 %1 个张量，但文件容纳不下这么多</translation>
    </message>
    <message>
        <source>it claims to hold %1 metadata entries, which cannot fit into it</source>
        <translation>它声称包含 %1 个元数据条目，但文件容纳不下这么多</translation>
    </message>
    <message>
        <source>a metadata entry has no name</source>
        <translation>有一个元数据条目没有名称</translation>
    </message>
    <message>
        <source>it is given twice</source>
        <translation>它出现了两次</translation>
    </message>
    <message>
        <source>it is an array of arrays, which GGUF readers refuse</source>
        <translation>它是数组的数组，GGUF 读取程序不接受这种值</translation>
    </message>
    <message>
        <source>its value is longer than the file</source>
        <translation>它的值比文件还长</translation>
    </message>
    <message>
        <source>the alignment is no power of two from 8 to 1048576 stored as u32</source>
        <translation>对齐值不是以 u32 存储的、8 到 1048576 之间的 2 的幂</translation>
    </message>
    <message>
        <source>a tensor has no name</source>
        <translation>有一个张量没有名称</translation>
    </message>
    <message>
        <source>it has %1 dimensions; GGUF allows %2</source>
        <translation>它有 %1 个维度；GGUF 允许 %2 个</translation>
    </message>
    <message>
        <source>a dimension is %1; it must be at least 1</source>
        <translation>有一个维度为 %1；它至少须为 1</translation>
    </message>
    <message>
        <source>its number type %1 is not one this build knows</source>
        <translation>此版本的程序不认识它的数值类型 %1</translation>
    </message>
    <message>
        <source>its data is said to begin at %1, but the tensors before it end at %2</source>
        <translation>据称其数据从 %1 开始，但前面的张量在 %2 处结束</translation>
    </message>
    <message>
        <source>its data would reach beyond the end of the file, which is truncated or damaged</source>
        <translation>其数据会超出文件末尾：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>its rows of %1 values are not whole blocks of %2, as type %3 needs</source>
        <translation>它每行 %1 个值，不是类型 %3 所要求的 %2 个值的整块</translation>
    </message>
    <message>
        <source>it ends in the middle of its header: it is truncated or damaged</source>
        <translation>它在文件头中间就结束了：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>its header is longer than %1</source>
        <translation>它的文件头超过 %1</translation>
    </message>
    <message>
        <source>by its name it is part %1 of %2, but its metadata does not say so</source>
        <translation>从名称看它是 %2 个部分中的第 %1 个，但其元数据并非如此</translation>
    </message>
    <message>
        <source>it is one of %1 parts, but is not called like one (&quot;name-00001-of-0000%1.gguf&quot;), so the others cannot be found</source>
        <translation>它是 %1 个部分之一，但名称不符合规则（“name-00001-of-0000%1.gguf”），因此找不到其他部分</translation>
    </message>
    <message>
        <source>The values of tensor %1 cannot be read, as this build does not decode type %2; it is kept as it is.</source>
        <translation>无法读取张量 %1 的值，因为此版本的程序不能解码类型 %2；它将原样保留。</translation>
    </message>
    <message>
        <source>its parts hold %1 tensors together, but the first one says %2</source>
        <translation>各部分共有 %1 个张量，但第一部分写的是 %2 个</translation>
    </message>
    <message>
        <source>GGUF</source>
        <translation>GGUF</translation>
    </message>
    <message>
        <source>this is a llama2.c checkpoint of version %1; this build reads versions 0 and 1, which hold float32</source>
        <translation>这是第 %1 版的 llama2.c 检查点；此版本的程序可读取保存 float32 的第 0 版和第 1 版</translation>
    </message>
    <message>
        <source>the numbers at its start cannot be those of a llama2.c model</source>
        <translation>其开头的数不可能属于 llama2.c 模型</translation>
    </message>
    <message>
        <source>a llama2.c model of %1 layers, dimension %2 and %3 words has another size than this file: it is truncated or damaged</source>
        <translation>%1 层、维度 %2、%3 个词的 llama2.c 模型的大小与此文件不同：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>llama2.c</source>
        <translation>llama2.c</translation>
    </message>
    <message>
        <source>it has %1 scales, but %2 zero points</source>
        <translation>它有 %1 个缩放系数，却有 %2 个零点</translation>
    </message>
    <message>
        <source>its scales are along dimension %1, which it does not have</source>
        <translation>它的缩放系数沿维度 %1 排列，但它没有这个维度</translation>
    </message>
    <message>
        <source>its scales are for blocks of one value</source>
        <translation>它的缩放系数对应只含一个值的块</translation>
    </message>
    <message>
        <source>its scales are of shape %1, where %2 belongs</source>
        <translation>它的缩放系数的形状为 %1，应为 %2</translation>
    </message>
    <message>
        <source>%1 tensors inside of branches and loops are left out.</source>
        <translation>分支和循环内的 %1 个张量未列出。</translation>
    </message>
    <message>
        <source>%1 sparse tensors are left out.</source>
        <translation>%1 个稀疏张量未列出。</translation>
    </message>
    <message>
        <source>ONNX</source>
        <translation>ONNX</translation>
    </message>
    <message>
        <source>it does not begin with the line &quot;ply&quot;</source>
        <translation>它不以“ply”一行开头</translation>
    </message>
    <message>
        <source>header line &quot;%1&quot;</source>
        <translation>文件头的行“%1”</translation>
    </message>
    <message>
        <source>its header does not say in which format its values are</source>
        <translation>它的文件头没有说明值的格式</translation>
    </message>
    <message>
        <source>its header does not end within 65536 bytes</source>
        <translation>它的文件头在 65536 字节内没有结束</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>它是空的</translation>
    </message>
    <message>
        <source>it is of no kind that PLY files know</source>
        <translation>它不属于 PLY 文件的任何一种行</translation>
    </message>
    <message>
        <source>it does not say one format and its version</source>
        <translation>它没有说明一种格式及其版本</translation>
    </message>
    <message>
        <source>its values are in the format &quot;%1&quot;; this build reads binary_little_endian</source>
        <translation>它的值的格式为“%1”；此版本的程序可读取 binary_little_endian</translation>
    </message>
    <message>
        <source>it says a format or version that PLY files do not have</source>
        <translation>它写的格式或版本在 PLY 文件中不存在</translation>
    </message>
    <message>
        <source>it does not name an element and how many there are</source>
        <translation>它没有写明元素的名称和数量</translation>
    </message>
    <message>
        <source>there is such an element already</source>
        <translation>已有同名元素</translation>
    </message>
    <message>
        <source>it has more than 1000 elements and properties</source>
        <translation>它的元素和属性超过 1000 个</translation>
    </message>
    <message>
        <source>there is no type &quot;%1&quot;</source>
        <translation>没有类型“%1”</translation>
    </message>
    <message>
        <source>a property stands before the first element</source>
        <translation>有一个属性出现在第一个元素之前</translation>
    </message>
    <message>
        <source>it does not say a type and a name</source>
        <translation>它没有写明类型和名称</translation>
    </message>
    <message>
        <source>there is such a property already</source>
        <translation>已有同名属性</translation>
    </message>
    <message>
        <source>its points come with or after lists, whose length only reading them tells</source>
        <translation>它的点带有列表或位于列表之后，而列表的长度只有读取后才知道</translation>
    </message>
    <message>
        <source>its %1 rows of &quot;%2&quot; would reach beyond the end of the file, which is truncated or damaged</source>
        <translation>其“%2”的 %1 行会超出文件末尾：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>there are %1 bytes after its last value</source>
        <translation>在它的最后一个值之后还有 %1 字节</translation>
    </message>
    <message>
        <source>it holds no values</source>
        <translation>它不包含任何值</translation>
    </message>
    <message>
        <source>PLY (3-D Gaussian splats)</source>
        <translation>PLY（三维高斯泼溅）</translation>
    </message>
    <message>
        <source>%1 of %2 tensors are quantized already (%3). Quantizing them again adds to the error they have; if there is an unquantized file of this model, open that one.</source>
        <translation>%2 个张量中有 %1 个已经量化（%3）。再次量化会增加已有的误差；如果有该模型未量化的文件，请打开那个文件。</translation>
    </message>
    <message>
        <source>it has more than %1 tensors, which is more than a file of its size holds</source>
        <translation>它的张量超过 %1 个，这种大小的文件容纳不下这么多</translation>
    </message>
    <message>
        <source>its graphs are nested more than 16 deep</source>
        <translation>它的计算图嵌套超过 16 层</translation>
    </message>
    <message>
        <source>it holds two graphs</source>
        <translation>它包含两个计算图</translation>
    </message>
    <message>
        <source>it holds no graph: the file is no ONNX model, or truncated</source>
        <translation>它不包含计算图：该文件不是 ONNX 模型，或者被截断</translation>
    </message>
    <message>
        <source>the place of its data in another file is given as &quot;%1&quot;, which is no whole number</source>
        <translation>它的数据在另一文件中的位置写作“%1”，这不是整数</translation>
    </message>
    <message>
        <source>its values are given twice, in different types</source>
        <translation>它的值以不同的类型给出了两次</translation>
    </message>
    <message>
        <source>it has more than 64 dimensions</source>
        <translation>它的维度超过 64 个</translation>
    </message>
    <message>
        <source>it is a segment of a tensor</source>
        <translation>它是张量的一个分段</translation>
    </message>
    <message>
        <source>it is said to be stored in a place that ONNX does not define</source>
        <translation>据称它存储在 ONNX 没有定义的位置</translation>
    </message>
    <message>
        <source>its element type has the number %1, which is not defined</source>
        <translation>它的元素类型编号为 %1，该编号没有定义</translation>
    </message>
    <message>
        <source>its values are not packed in one piece, as ONNX asks for</source>
        <translation>它的值没有按 ONNX 的要求打包成一段</translation>
    </message>
    <message>
        <source>its values are given in a field that does not fit its element type</source>
        <translation>它的值所在的字段与元素类型不符</translation>
    </message>
    <message>
        <source>it has another number of values than its dimensions say</source>
        <translation>它的值的数量与其维度不符</translation>
    </message>
    <message>
        <source>its values are both in this file and in another</source>
        <translation>它的值既在此文件中，又在另一个文件中</translation>
    </message>
    <message>
        <source>it has %1 bytes in &quot;%2&quot;, but its dimensions ask for %3</source>
        <translation>它在“%2”中有 %1 字节，但其维度要求 %3 字节</translation>
    </message>
    <message>
        <source>its data would reach beyond the end of &quot;%1&quot;</source>
        <translation>它的数据会超出“%1”的末尾</translation>
    </message>
    <message>
        <source>its values are given twice</source>
        <translation>它的值给出了两次</translation>
    </message>
    <message>
        <source>it has %1 bytes of values, but its dimensions ask for %2</source>
        <translation>它有 %1 字节的值，但其维度要求 %2 字节</translation>
    </message>
    <message>
        <source>its data is said to lie in &quot;%1&quot;, which is no file in the model&apos;s own folder</source>
        <translation>据称它的数据位于“%1”，而这不是模型所在文件夹中的文件</translation>
    </message>
    <message>
        <source>its data is said to lie in &quot;%1&quot;, which is a link; copy the file itself there if you trust it</source>
        <translation>据称它的数据位于“%1”，而这是一个链接；如果您信任该文件，请把文件本身复制到那里</translation>
    </message>
    <message>
        <source>its data is said to lie in &quot;%1&quot;, which is also known by other names (hard links); copy the file if you trust it</source>
        <translation>据称它的数据位于“%1”，而该文件还有其他名称（硬链接）；如果您信任该文件，请复制一份</translation>
    </message>
    <message>
        <source>Tensor %1 is left out, as it holds values of type %2.</source>
        <translation>张量 %1 未列出，因为它的值的类型是 %2。</translation>
    </message>
    <message>
        <source>a protobuf message ends in the middle of a field: the file is truncated or damaged</source>
        <translation>protobuf 消息在字段中间结束：文件被截断或已损坏</translation>
    </message>
    <message>
        <source>a number in a protobuf message is longer than 64 bits</source>
        <translation>protobuf 消息中有一个数超过 64 位</translation>
    </message>
    <message>
        <source>a protobuf message has a field with a number out of range</source>
        <translation>protobuf 消息中有一个字段的编号超出范围</translation>
    </message>
    <message>
        <source>a protobuf message has a field of a kind that ONNX does not use</source>
        <translation>protobuf 消息中有一个 ONNX 不使用的字段类型</translation>
    </message>
    <message>
        <source>a protobuf message has bytes where a number belongs</source>
        <translation>protobuf 消息中应为数的地方是字节</translation>
    </message>
    <message>
        <source>a protobuf message has a number where bytes belong</source>
        <translation>protobuf 消息中应为字节的地方是数</translation>
    </message>
    <message>
        <source>a tar archive (as PyTorch before 0.2 wrote; load and save it again with a newer one)</source>
        <translation>tar 存档（PyTorch 0.2 之前的写法；请用较新的版本重新加载并保存）</translation>
    </message>
    <message>
        <source>the process that read it broke (%1), so the file is damaged or was made to do harm; nothing else was affected</source>
        <translation>读取它的进程已崩溃（%1），因此该文件已损坏或被恶意构造；其他部分未受影响</translation>
    </message>
    <message>
        <source>a process to read the file in cannot be started: %1</source>
        <translation>无法启动用于读取该文件的进程：%1</translation>
    </message>
    <message>
        <source>the process that read it sent what makes no sense</source>
        <translation>读取它的进程发来了无意义的内容</translation>
    </message>
    <message>
        <source>there is not enough memory to read the file</source>
        <translation>内存不足，无法读取该文件</translation>
    </message>
    <message>
        <source>this is a GGUF file; its float values are written by &quot;bitwright-cli quantize FILE -o OUT --format f32&quot;</source>
        <translation>这是 GGUF 文件；用“bitwright-cli quantize FILE -o OUT --format f32”可写出它的浮点值</translation>
    </message>
    <message>
        <source>Checking the file</source>
        <translation>正在检查文件</translation>
    </message>
    <message>
        <source>Noisy measurements are taken as they are: %1</source>
        <translation>带噪声的测量值按原样使用：%1</translation>
    </message>
    <message>
        <source>The model&apos;s program is not read, so kinds of layers are guessed from their names, and the model cannot be evaluated. %1</source>
        <translation>未读取模型的程序，因此层的类型只能从名称推测，且无法评估该模型。%1</translation>
    </message>
    <message>
        <source>it has more than eight dimensions</source>
        <translation>它的维数超过八</translation>
    </message>
    <message>
        <source>codes of %1 cannot be said as arrays of codes, scales and levels (block types, vectors and extras cannot)</source>
        <translation>%1 的编码无法表示为编码、缩放和电平的数组（块类型、向量和附加项都不行）</translation>
    </message>
    <message>
        <source>the written file has no array &quot;%1&quot;</source>
        <translation>写出的文件中没有数组“%1”</translation>
    </message>
    <message>
        <source>an array ends too early</source>
        <translation>一个数组过早结束</translation>
    </message>
    <message>
        <source>%1 is no format of plain integers; int4, int4s, uint4 and int8 are</source>
        <translation>%1 不是普通整数格式；int4、int4s、uint4 和 int8 是</translation>
    </message>
    <message>
        <source>readers of that layout agree on 2, 4 and 8 bits only, not on %1</source>
        <translation>该布局的读取程序只对 2、4 和 8 位有一致的约定，对 %1 位没有</translation>
    </message>
    <message>
        <source>that layout packs the weights of linear layers only</source>
        <translation>该布局只打包线性层的权重</translation>
    </message>
    <message>
        <source>a zero-point for a whole tensor is not packed in that layout; /c has one per row</source>
        <translation>该布局不打包整个张量共用的零点；/c 每行有一个</translation>
    </message>
    <message>
        <source>its rows of %1 weights are no whole number of blocks of %2</source>
        <translation>它每行的 %1 个权重不是大小为 %2 的块的整数倍</translation>
    </message>
    <message>
        <source>layer %1 cannot be written as C arrays: %2. Choose another format for it, or write safetensors</source>
        <translation>层 %1 无法写成 C 数组：%2。请为它选择其他格式，或写成 safetensors</translation>
    </message>
    <message>
        <source>C header</source>
        <translation>C 头文件</translation>
    </message>
    <message>
        <source>that layout is for packed weights; write plain safetensors instead</source>
        <translation>该布局用于打包的权重；请改为写普通的 safetensors</translation>
    </message>
    <message>
        <source>layer %1 cannot be written for compressed-tensors: %2. Choose another format for it (f16 keeps it as it is), or write another kind of file</source>
        <translation>层 %1 无法按 compressed-tensors 写出：%2。请为它选择其他格式（f16 会保持原样），或写成其他类型的文件</translation>
    </message>
    <message>
        <source>Compressed-tensors (transformers, vLLM)</source>
        <translation>Compressed-tensors（transformers、vLLM）</translation>
    </message>
    <message>
        <source>Bitwright quantized safetensors</source>
        <translation>Bitwright 量化 safetensors</translation>
    </message>
    <message>
        <source>recipes cannot be written for &quot;%1&quot;; valid names are %2</source>
        <translation>无法为“%1”写出配方；有效的名称是 %2</translation>
    </message>
    <message>
        <source>%1 is no format of plain integers: the layer is left out and stays float</source>
        <translation>%1 不是普通整数格式：该层被略去，保持浮点</translation>
    </message>
    <message>
        <source>Only scales and offsets are carried over: AIMET rounds the weights again by itself.</source>
        <translation>只带过去缩放和偏移：AIMET 会自行重新舍入权重。</translation>
    </message>
    <message>
        <source>AIMET encodings 1.0.0</source>
        <translation>AIMET encodings 1.0.0</translation>
    </message>
    <message>
        <source>Load it into a quantization simulation with load_encodings().</source>
        <translation>用 load_encodings() 把它加载到量化模拟中。</translation>
    </message>
    <message>
        <source>%1 is no type of llama.cpp: the layer is left to llama-quantize&apos;s own choice</source>
        <translation>%1 不是 llama.cpp 的类型：该层交由 llama-quantize 自行选择</translation>
    </message>
    <message>
        <source>llama.cpp tensor types</source>
        <translation>llama.cpp 张量类型</translation>
    </message>
    <message>
        <source>Give it to llama-quantize with --tensor-type-file.</source>
        <translation>用 --tensor-type-file 交给 llama-quantize。</translation>
    </message>
    <message>
        <source>NNCF has no mode for %1: the layer is ignored and stays float</source>
        <translation>NNCF 没有对应 %1 的模式：该层被忽略，保持浮点</translation>
    </message>
    <message>
        <source>%1 becomes %2: NNCF has one mode for all layers</source>
        <translation>%1 变为 %2：NNCF 对所有层只用一种模式</translation>
    </message>
    <message>
        <source>NNCF weight compression</source>
        <translation>NNCF 权重压缩</translation>
    </message>
    <message>
        <source>Its entries are the arguments of nncf.compress_weights(); ignored_scope goes into nncf.IgnoredScope().</source>
        <translation>其条目是 nncf.compress_weights() 的参数；ignored_scope 传给 nncf.IgnoredScope()。</translation>
    </message>
    <message>
        <source>layer %1 cannot be written to %2: %3. Choose another format for it (--set), or write safetensors, which keeps every format</source>
        <translation>层 %1 无法写入%2：%3。请为它选择其他格式（--set），或者写成 safetensors，它能保存所有格式</translation>
    </message>
    <message>
        <source>its description has no entry &quot;%1&quot;</source>
        <translation>其说明中没有条目“%1”</translation>
    </message>
    <message>
        <source>the entry &quot;%1&quot; of its description is of the wrong kind</source>
        <translation>其说明中的条目“%1”类型不对</translation>
    </message>
    <message>
        <source>its description is no JSON object</source>
        <translation>其说明不是 JSON 对象</translation>
    </message>
    <message>
        <source>its array &quot;%1&quot; is not in the file</source>
        <translation>其数组“%1”不在文件中</translation>
    </message>
    <message>
        <source>its array &quot;%1&quot; is not of the size that its description says</source>
        <translation>其数组“%1”的大小与说明不符</translation>
    </message>
    <message>
        <source>its description names no array of its %1</source>
        <translation>其说明没有给出 %1 所在的数组</translation>
    </message>
    <message>
        <source>its description ties &quot;%1&quot; to a layer that is not there</source>
        <translation>其说明把“%1”绑定到一个不存在的层</translation>
    </message>
    <message>
        <source>array %1</source>
        <translation>数组 %1</translation>
    </message>
    <message>
        <source>Bitwright quantized arrays</source>
        <translation>Bitwright 量化数组</translation>
    </message>
    <message>
        <source>a NumPy archive</source>
        <translation>NumPy 归档</translation>
    </message>
    <message>
        <source>%1 records have the checksums the archive states</source>
        <translation>%1 条记录与归档所记的校验和一致</translation>
    </message>
    <message>
        <source>NumPy archive</source>
        <translation>NumPy 归档</translation>
    </message>
    <message>
        <source>tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>%1 reads back differently than it was written</source>
        <translation>%1 读回的内容与写入的不同</translation>
    </message>
    <message>
        <source>&quot;%1&quot; cannot be the name of a record in a zip archive</source>
        <translation>“%1”不能作为 zip 归档中记录的名称</translation>
    </message>
    <message>
        <source>its part &quot;%1&quot; is not what its format stores</source>
        <translation>其组成部分“%1”不是该格式所存储的内容</translation>
    </message>
    <message>
        <source>layer %1 cannot be written to an ONNX file: %2. Choose another format for it (f16 and f32 can always be written), or write another kind of file</source>
        <translation>层 %1 无法写入 ONNX 文件：%2。请为它选择另一种格式（f16 和 f32 总是可以写入），或写入其他类型的文件</translation>
    </message>
    <message>
        <source>ONNX, 4-bit (operator set 21)</source>
        <translation>ONNX，4 位（算子集 21）</translation>
    </message>
    <message>
        <source>ONNX without DequantizeLinear (OpenCV 4.6)</source>
        <translation>不含 DequantizeLinear 的 ONNX（OpenCV 4.6）</translation>
    </message>
    <message>
        <source>constants inside of nodes or branches have their data in another file, which would be lost; save the model in one file first</source>
        <translation>节点或分支内部的常量的数据位于另一个文件中，写入时会丢失；请先把模型保存为单个文件</translation>
    </message>
    <message>
        <source>the file would have %1 bytes, but ONNX files end at 2 GB. Choose formats of fewer bits, or write .safetensors</source>
        <translation>该文件将有 %1 字节，但 ONNX 文件最大为 2 GB。请选择位数更少的格式，或写入 .safetensors</translation>
    </message>
    <message>
        <source>4-bit weights need operator set %1, and the model, of operator set %2, cannot be raised to it: %3. Export the model with operator set %1, or write --to onnx, which has a byte per weight.</source>
        <translation>4 位权重需要算子集 %1，而该模型的算子集为 %2，无法提升到它：%3。请以算子集 %1 导出模型，或使用 --to onnx，它每个权重占一个字节。</translation>
    </message>
    <message>
        <source>it defines functions of its own</source>
        <translation>它定义了自己的函数</translation>
    </message>
    <message>
        <source>the operator %1 may mean something else there</source>
        <translation>算子 %1 在那里的含义可能不同</translation>
    </message>
    <message>
        <source>its values are of type %1</source>
        <translation>它的值是 %1 类型</translation>
    </message>
    <message>
        <source>ONNX has no operators that undo %1 (entropy coding, rotations, sparse corrections, vectors and blocks of llama.cpp); integers and formats with a table of levels can be said</source>
        <translation>ONNX 没有能还原 %1 的算子（熵编码、旋转、稀疏修正、矢量以及 llama.cpp 的块）；整数和带电平表的格式可以表达</translation>
    </message>
    <message>
        <source>the model is of operator set %1, and no less than 7 is needed</source>
        <translation>该模型的算子集为 %1，而至少需要 7</translation>
    </message>
    <message>
        <source>its codebooks have more levels than ONNX can count with 32 bits</source>
        <translation>它的码本的电平数超过了 ONNX 用 32 位能计数的范围</translation>
    </message>
    <message>
        <source>byte %1 of the file is not what was to be written</source>
        <translation>文件的第 %1 字节不是应写入的内容</translation>
    </message>
    <message>
        <source>the file does not have the SHA-256 it states</source>
        <translation>文件的 SHA-256 与它所声明的不符</translation>
    </message>
    <message>
        <source>the file does not say which kind of export it is, or one that is not known</source>
        <translation>文件没有说明它是哪种导出，或说明的种类未知</translation>
    </message>
    <message>
        <source>its weights are worked out by the operator %1 in a way this build does not know</source>
        <translation>它的权重由算子 %1 以此版本不了解的方式算出</translation>
    </message>
    <message>
        <source>its weights are worked out from &quot;%1&quot;, which the file does not hold</source>
        <translation>它的权重由“%1”算出，而文件中没有它</translation>
    </message>
    <message>
        <source>its weights are worked out to %1 values, which is more than a file of its size holds</source>
        <translation>它的权重被算出为 %1 个值，超过了这种大小的文件所能容纳的数量</translation>
    </message>
    <message>
        <source>the operands of a node that works out its weights do not fit together</source>
        <translation>计算其权重的某个节点的操作数彼此不匹配</translation>
    </message>
    <message>
        <source>a code of its weights is beyond the end of the codebook</source>
        <translation>它的某个权重编码超出了码本的末尾</translation>
    </message>
    <message>
        <source>its weights are worked out by rounding floats to whole numbers</source>
        <translation>它的权重通过把浮点数舍入为整数算出</translation>
    </message>
    <message>
        <source>the written file is of another size than it must be</source>
        <translation>写出的文件的大小与应有的不同</translation>
    </message>
    <message>
        <source>tensor &quot;%1&quot; cannot be named so in an HDF5 file, where &quot;/&quot; separates groups; write safetensors or a NumPy archive</source>
        <translation>HDF5 文件中以“/”分隔组，张量不能命名为“%1”；请写成 safetensors 或 NumPy 归档</translation>
    </message>
    <message>
        <source>HDF5</source>
        <translation>HDF5</translation>
    </message>
    <message>
        <source>the end of the file could not be written; the disk may be full</source>
        <translation>无法写入文件末尾；磁盘可能已满</translation>
    </message>
    <message>
        <source>%1 became %2</source>
        <translation>%1 变为 %2</translation>
    </message>
    <message>
        <source>times %1</source>
        <translation>乘以 %1</translation>
    </message>
    <message>
        <source>a factor per output channel</source>
        <translation>每个输出通道一个因子</translation>
    </message>
    <message>
        <source>a factor per input channel</source>
        <translation>每个输入通道一个因子</translation>
    </message>
    <message>
        <source>%1 values changed between finite and not finite</source>
        <translation>%1 个数值在有限与非有限之间变化</translation>
    </message>
    <message>
        <source>in B %1</source>
        <translation>在 B 中为 %1</translation>
    </message>
    <message>
        <source>the shard name &quot;%1&quot; is too long for a file</source>
        <translation>分片名“%1”太长，不能作为文件名</translation>
    </message>
    <message>
        <source>this part of the model is a link that leads out of the folder</source>
        <translation>模型的这一部分是一个指向文件夹之外的链接</translation>
    </message>
    <message>
        <source>a TorchScript file with packed weights</source>
        <translation>带打包权重的 TorchScript 文件</translation>
    </message>
    <message>
        <source>that file is for packed weights; write plain TorchScript (--to torchscript)</source>
        <translation>该文件用于打包权重；请写普通的 TorchScript（--to torchscript）</translation>
    </message>
    <message>
        <source>its packed parts read back differently than they were written</source>
        <translation>其打包部分读回的内容与写入的不同</translation>
    </message>
    <message>
        <source>TorchScript with packed weights</source>
        <translation>带打包权重的 TorchScript</translation>
    </message>
    <message>
        <source>its name has a tab or an end of a line</source>
        <translation>它的名称中有制表符或换行符</translation>
    </message>
    <message>
        <source>codes of %1 take %2 bits, and at most 8 are unpacked</source>
        <translation>%1 的编码占 %2 位，最多只能解包 8 位</translation>
    </message>
    <message>
        <source>its note of where it comes from has no text &quot;%1&quot;</source>
        <translation>其来源说明中没有文本“%1”</translation>
    </message>
    <message>
        <source>its weights are worked out in more than 64 steps</source>
        <translation>它的权重经过超过 64 步算出</translation>
    </message>
    <message>
        <source>the weight %1 cannot be kept packed in this program: %2. Give it the format f32, or write the kind of file that holds plain values (--to torchscript)</source>
        <translation>权重 %1 无法在此程序中保持打包：%2。请为它选择格式 f32，或写成保存普通数值的文件（--to torchscript）</translation>
    </message>
    <message>
        <source>it is part of a list or a constant of the code</source>
        <translation>它是列表的一部分或代码中的常量</translation>
    </message>
    <message>
        <source>the program unpacks the weight %1 to other values than were packed</source>
        <translation>程序解包权重 %1 得到的值与打包的不同</translation>
    </message>
    <message>
        <source>the program has something of that name already</source>
        <translation>程序中已有同名内容</translation>
    </message>
    <message>
        <source>a method of the program changes it</source>
        <translation>程序的某个方法会修改它</translation>
    </message>
    <message>
        <source>the JSON holds too many values for its length</source>
        <translation>该 JSON 所含的值相对其长度而言过多</translation>
    </message>
    <message>
        <source>this is %1; this build reads data sets from safetensors, NumPy (.npz) and HDF5 files, IDX files and folders of pictures</source>
        <translation>这是%1；此版本从 safetensors、NumPy（.npz）和 HDF5 文件、IDX 文件以及图片文件夹读取数据集</translation>
    </message>
    <message>
        <source>this is no data set: a safetensors, NumPy (.npz) or HDF5 file, a pair of IDX files or a folder is needed</source>
        <translation>这不是数据集：需要 safetensors、NumPy（.npz）或 HDF5 文件、一对 IDX 文件或一个文件夹</translation>
    </message>
    <message>
        <source>a C header</source>
        <translation>C 头文件</translation>
    </message>
    <message>
        <source>the model holds it quantized, and uses its codes as they are</source>
        <translation>模型中它是量化的，并且直接使用其编码</translation>
    </message>
    <message>
        <source>a file of the kind %1</source>
        <translation>%1 类型的文件</translation>
    </message>
    <message>
        <source>ONNX files need the model&apos;s graph, and %1 files hold none that can be written. Export the model to ONNX where it was trained and open that file, or write .safetensors.</source>
        <translation>ONNX 文件需要模型的计算图，而 %1 文件中没有可以写出的计算图。请在训练模型的环境中将其导出为 ONNX 并打开该文件，或写入 .safetensors。</translation>
    </message>
    <message>
        <source>The token counts are of %1 tokens, but the layer has %2 rows: they belong to another vocabulary, or the layer is not an embedding. Give the format that goes by counts to the embedding only.</source>
        <translation>词元计数包含 %1 个词元，但该层有 %2 行：计数属于另一个词表，或者该层不是嵌入层。请只对嵌入层使用按计数分配的格式。</translation>
    </message>
    <message>
        <source>the count of row %1 is %2; counts are 0 or more</source>
        <translation>第 %1 行的计数为 %2；计数必须大于或等于 0</translation>
    </message>
    <message>
        <source>Fewer bits for rarer words, by counts</source>
        <translation>按计数为罕见词分配更少的位</translation>
    </message>
    <message>
        <source>For embeddings whose rows are not in the order of frequency: a file says how often each word occurs. The most frequent words get the format&apos;s bits, the next and more numerous ones one bit less each time.</source>
        <translation>用于各行不按词频排列的嵌入层：由一个文件给出每个词出现的次数。最常见的词使用格式本身的位数，其后数量更多的词每组依次少一位。</translation>
    </message>
    <message>
        <source>%1 goes by how often each word occurs, which is not known here. On the command line, give a file of counts (--token-counts FILE).</source>
        <translation>%1 取决于每个词出现的频率，而此处并不知道。请在命令行中给出计数文件（--token-counts FILE）。</translation>
    </message>
    <message>
        <source>%1 counts the error of each weight by its Fisher information, which is not known here. On the command line, give calibration data (--calibration DATA) and a TorchScript model.</source>
        <translation>%1 用每个权重的 Fisher 信息衡量其误差，而此处并不知道该信息。请在命令行中给出校准数据（--calibration DATA）和一个 TorchScript 模型。</translation>
    </message>
    <message>
        <source>it counts more than %1 tokens, which no vocabulary has</source>
        <translation>其中的词元超过 %1 个，没有词表这么大</translation>
    </message>
    <message>
        <source>the array has %1 dimensions; token counts have one, as numpy.bincount makes it</source>
        <translation>该数组有 %1 维；词元计数应为一维，如 numpy.bincount 的结果</translation>
    </message>
    <message>
        <source>the count of token %1 is %2; counts are 0 or more</source>
        <translation>词元 %1 的计数为 %2；计数必须大于或等于 0</translation>
    </message>
    <message>
        <source>line %1 is &quot;%2&quot;, but each line holds a count, or the number of a token and its count, in the same way in the whole file</source>
        <translation>第 %1 行为“%2”，但每行应为一个计数，或一个词元编号及其计数，且整个文件写法一致</translation>
    </message>
    <message>
        <source>line %1 counts token %2, which is counted before</source>
        <translation>第 %1 行给出词元 %2 的计数，而前面已经给出过</translation>
    </message>
    <message>
        <source>it counts no token</source>
        <translation>其中没有任何词元的计数</translation>
    </message>
    <message>
        <source>Each factor of four in sensitivity is one bit more (Fisher rule), exactly on budget where formats take fractions of bits (entropy-coded ones at several rates); elsewhere the formats that come nearest to that in all.</source>
        <translation>敏感度每增加四倍就多一位（Fisher 规则）；在格式允许分数位（多个码率的熵编码格式）时正好用完预算，否则选取总体上最接近该规则的格式。</translation>
    </message>
    <message>
        <source>GGUF files need what llama.cpp knows a model by (architecture, its sizes, the tokenizer), and %1 files do not hold it. This build finds it for llama models with Hugging Face&apos;s names of tensors, beside a config.json. Convert other models with llama.cpp&apos;s convert_hf_to_gguf.py and open that file, or write .safetensors.</source>
        <translation>GGUF 文件需要 llama.cpp 用来识别模型的信息（架构、各项尺寸、分词器），而 %1 文件不包含这些信息。对于使用 Hugging Face 张量名称且旁边有 config.json 的 llama 模型，本程序可以找到它们。其他模型请用 llama.cpp 的 convert_hf_to_gguf.py 转换后打开所得文件，或写成 .safetensors。</translation>
    </message>
    <message>
        <source>the file does not exist, but GGUF files need the sizes of the model that it tells; put it beside the model&apos;s file</source>
        <translation>该文件不存在，但 GGUF 文件需要其中给出的模型尺寸；请把它放在模型文件旁边</translation>
    </message>
    <message>
        <source>layer %1 is stored as %2, which GGUF files do not have; choose a format for it, or write float values (--dequantized)</source>
        <translation>层 %1 以 %2 存储，GGUF 文件没有这种格式；请为它选择一种格式，或写出浮点值（--dequantized）</translation>
    </message>
    <message>
        <source>layer %1 is of type %2, which llama.cpp does not read; choose f32 or another format for it</source>
        <translation>层 %1 的类型为 %2，llama.cpp 不能读取；请为它选择 f32 或其他格式</translation>
    </message>
    <message>
        <source>the metadata entry &quot;%1&quot; is not what the model gives now</source>
        <translation>元数据条目“%1”与现在由模型得到的不一致</translation>
    </message>
    <message>
        <source>this file beside the model is a link that leads out of the folder</source>
        <translation>模型旁边的这个文件是一个指向文件夹之外的链接</translation>
    </message>
    <message>
        <source>the file has %1; at most %2 are read</source>
        <translation>该文件有 %1；最多读取 %2</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no object</source>
        <translation>JSON 条目“%1”不是对象</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no text</source>
        <translation>JSON 条目“%1”不是文本</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is neither true nor false</source>
        <translation>JSON 条目“%1”既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no whole number from 1 to 2147483647</source>
        <translation>JSON 条目“%1”不是 1 到 2147483647 之间的整数</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no number of float32</source>
        <translation>JSON 条目“%1”不是 float32 能表示的数</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is not above 0</source>
        <translation>JSON 条目“%1”不大于 0</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is missing</source>
        <translation>缺少 JSON 条目“%1”</translation>
    </message>
    <message>
        <source>the JSON is no object</source>
        <translation>该 JSON 不是对象</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no list of pairs of texts without spaces</source>
        <translation>JSON 条目“%1”不是由不含空格的文本对组成的列表</translation>
    </message>
    <message>
        <source>this is a tokenizer of type &quot;%1&quot;, and llama models have BPE; move it out of the folder to write a file without a tokenizer</source>
        <translation>这是类型为“%1”的分词器，而 llama 模型使用 BPE；若要写出不含分词器的文件，请把它移出该文件夹</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is not the number of a token</source>
        <translation>JSON 条目“%1”不是词元编号</translation>
    </message>
    <message>
        <source>two tokens have the number %1</source>
        <translation>有两个词元的编号都是 %1</translation>
    </message>
    <message>
        <source>there are no tokens in this tokenizer</source>
        <translation>该分词器中没有词元</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; joins texts that are no tokens</source>
        <translation>JSON 条目“%1”合并的文本不是词元</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no list</source>
        <translation>JSON 条目“%1”不是列表</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is no list of texts</source>
        <translation>JSON 条目“%1”不是文本列表</translation>
    </message>
    <message>
        <source>this is a model of type &quot;%1&quot; (%2); this build writes GGUF files of llama and mistral models only. Convert it with llama.cpp&apos;s convert_hf_to_gguf.py and open that file</source>
        <translation>这是类型为“%1”的模型（%2）；本程序只为 llama 和 mistral 模型写 GGUF 文件。请用 llama.cpp 的 convert_hf_to_gguf.py 转换它，然后打开所得文件</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is %2, which llama.cpp&apos;s llama architecture cannot do: the file would give other results</source>
        <translation>“%1”为 %2，llama.cpp 的 llama 架构不支持：写出的文件会得到不同的结果</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is too large to be true</source>
        <translation>JSON 条目“%1”大得不可能为真</translation>
    </message>
    <message>
        <source>&quot;hidden_size&quot; %1 cannot be shared by &quot;num_attention_heads&quot; %2</source>
        <translation>“hidden_size” %1 不能被“num_attention_heads” %2 整除</translation>
    </message>
    <message>
        <source>&quot;num_attention_heads&quot; %1 cannot be shared by &quot;num_key_value_heads&quot; %2</source>
        <translation>“num_attention_heads” %1 不能被“num_key_value_heads” %2 整除</translation>
    </message>
    <message>
        <source>a head of %1 values has none to pair the last one with; rotary embeddings need pairs</source>
        <translation>每个注意力头有 %1 个值，最后一个无法配对；旋转位置编码需要成对的值</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is not above &quot;low_freq_factor&quot;</source>
        <translation>JSON 条目“%1”不大于“low_freq_factor”</translation>
    </message>
    <message>
        <source>The model looks back at most %1 words (&quot;sliding_window&quot;), which llama.cpp&apos;s llama architecture does not do: after so many words the file gives other results than the model.</source>
        <translation>该模型最多回看 %1 个词元（“sliding_window”），而 llama.cpp 的 llama 架构不会这样做：超过这么多词元之后，文件的结果会与模型不同。</translation>
    </message>
    <message>
        <source>it is of shape %1, but the sizes in config.json ask for %2</source>
        <translation>它的形状为 %1，但 config.json 中的尺寸要求 %2</translation>
    </message>
    <message>
        <source>it is also called %1, and GGUF files cannot say that two tensors are one</source>
        <translation>它也叫作 %1，而 GGUF 文件无法表示两个张量是同一个</translation>
    </message>
    <message>
        <source>config.json says that there are %1 blocks (&quot;num_hidden_layers&quot;), of which this is none</source>
        <translation>config.json 说共有 %1 个块（“num_hidden_layers”），而这个张量不属于其中任何一个</translation>
    </message>
    <message>
        <source>llama.cpp&apos;s llama architecture has no place for %1 tensors of this model: %2. Convert it with llama.cpp&apos;s convert_hf_to_gguf.py and open that file, or write .safetensors</source>
        <translation>llama.cpp 的 llama 架构容纳不下该模型的 %1 个张量：%2。请用 llama.cpp 的 convert_hf_to_gguf.py 转换它，然后打开所得文件，或写成 .safetensors</translation>
    </message>
    <message>
        <source>there is no tensor %1, which a llama model of %2 blocks (&quot;num_hidden_layers&quot; in config.json) has</source>
        <translation>缺少张量 %1，而有 %2 个块（config.json 中的“num_hidden_layers”）的 llama 模型应当有它</translation>
    </message>
    <message>
        <source>there is no tensor %1, and config.json says that the embedding does not serve as it (&quot;tie_word_embeddings&quot;)</source>
        <translation>缺少张量 %1，而 config.json 说嵌入不能代替它（“tie_word_embeddings”）</translation>
    </message>
    <message>
        <source>Tensor %1 is left out, as config.json says that the embedding serves in its place (&quot;tie_word_embeddings&quot;).</source>
        <translation>张量 %1 未写入，因为 config.json 说由嵌入代替它（“tie_word_embeddings”）。</translation>
    </message>
    <message>
        <source>the text of token %1 is no UTF-8</source>
        <translation>词元 %1 的文本不是 UTF-8</translation>
    </message>
    <message>
        <source>token %1 is of type %2, which SentencePiece does not have</source>
        <translation>词元 %1 的类型为 %2，SentencePiece 没有这种类型</translation>
    </message>
    <message>
        <source>the score of token %1 is no number</source>
        <translation>词元 %1 的分值不是数</translation>
    </message>
    <message>
        <source>this SentencePiece tokenizer does not join pairs (BPE), as those of llama models do; move it out of the folder to write a file without a tokenizer</source>
        <translation>这个 SentencePiece 分词器不像 llama 模型的分词器那样合并成对的片段（BPE）；若要写出不含分词器的文件，请把它移出该文件夹</translation>
    </message>
    <message>
        <source>the tokenizer splits or changes text (&quot;%1&quot;) in a way for which this build knows no name of llama.cpp&apos;s, so the file would give other tokens. Move it out of the folder to write a file without a tokenizer, or convert the model with llama.cpp&apos;s convert_hf_to_gguf.py</source>
        <translation>该分词器切分或更改文本（“%1”）的方式，本程序不知道 llama.cpp 中对应的名称，因此写出的文件会得到不同的词元。请把它移出该文件夹以写出不含分词器的文件，或用 llama.cpp 的 convert_hf_to_gguf.py 转换该模型</translation>
    </message>
    <message>
        <source>the JSON entry &quot;%1&quot; is not called by a token&apos;s number</source>
        <translation>JSON 条目“%1”的名称不是词元编号</translation>
    </message>
    <message>
        <source>token %1 (&quot;%2&quot;) has no row in the embedding, which has %3 (&quot;vocab_size&quot;)</source>
        <translation>词元 %1（“%2”）在嵌入中没有对应的行，嵌入共有 %3 行（“vocab_size”）</translation>
    </message>
    <message>
        <source>token %1 has no text</source>
        <translation>词元 %1 没有文本</translation>
    </message>
    <message>
        <source>two tokens have the text &quot;%1&quot;</source>
        <translation>有两个词元的文本都是“%1”</translation>
    </message>
    <message>
        <source>The file holds no tokenizer, as there is none beside the model, so llama.cpp runs it only on numbers of tokens. Put tokenizer.model or tokenizer.json into the model&apos;s folder and write the file again.</source>
        <translation>文件不含分词器，因为模型旁边没有，所以 llama.cpp 只能用词元编号运行它。请把 tokenizer.model 或 tokenizer.json 放进模型所在的文件夹，然后重新写出文件。</translation>
    </message>
    <message>
        <source>the source is no model that such files are made from</source>
        <translation>来源不是能用来制作这种文件的模型</translation>
    </message>
    <message>
        <source>this is a folder, and none of its files has a name that models have in folders (%1); name the file itself</source>
        <translation>这是一个文件夹，其中没有使用文件夹内模型通用名称（%1）的文件；请直接指定文件</translation>
    </message>
    <message>
        <source>the recipe gives layer %1 %2, which a lock, a limit or the kind of file does not allow</source>
        <translation>配方给层 %1 指定了 %2，但锁定、限制或文件种类不允许</translation>
    </message>
    <message>
        <source>%1 files can hold none of the formats to choose from (%2); choose from others. The first reason: %3</source>
        <translation>%1 文件不能保存任何候选格式（%2）；请选用其他格式。首个原因：%3</translation>
    </message>
    <message>
        <source>Left out, because %1 files cannot hold them (in how many of the layers): %2. The first reason: %3</source>
        <translation>已略去 %1 文件不能保存的格式（括号内为涉及的层数/总层数）：%2。首个原因：%3</translation>
    </message>
    <message>
        <source>%1 files can hold it in none of the formats to choose from; it stays in its own type</source>
        <translation>%1 文件不能以任何候选格式保存该层；它保持原有类型</translation>
    </message>
    <message>
        <source>layer %1 is locked to %2, which %3 files cannot hold: %4</source>
        <translation>层 %1 被锁定为 %2，而 %3 文件不能保存它：%4</translation>
    </message>
    <message>
        <source>the pattern &quot;%1&quot; counts beyond a billion, which no layer&apos;s name needs</source>
        <translation>模式“%1”中的计数超过十亿，任何层的名称都不需要这样</translation>
    </message>
    <message>
        <source>the pattern &quot;%1&quot; repeats too much; make the counts in { } smaller</source>
        <translation>模式“%1”重复过多；请减小 { } 中的次数</translation>
    </message>
    <message>
        <source>the weights alone would take %1, but ONNX files end at 2 GB. Choose formats of fewer bits, or write .safetensors</source>
        <translation>仅权重就要占用 %1，而 ONNX 文件以 2 GB 为上限。请选择位数更少的格式，或写成 .safetensors</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 分 %2 秒</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 小时 %2 分</translation>
    </message>
</context>
</TS>
