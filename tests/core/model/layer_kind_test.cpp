#include "core/base/error.h"
#include "core/model/model.h"

#include <set>

#include <gtest/gtest.h>

namespace bw {
namespace {

struct Example
{
    const char* name;
    Shape shape;
    LayerKind kind;
    const char* role = "";
};

/// Names as they stand in published models.
const std::vector<Example> examples {
    // torchvision and CIFAR ResNets
    { "conv1.weight", { 64, 3, 7, 7 }, LayerKind::Conv2d },
    { "bn1.weight", { 64 }, LayerKind::Norm },
    { "bn1.bias", { 64 }, LayerKind::Bias },
    { "bn1.running_mean", { 64 }, LayerKind::Statistic },
    { "bn1.running_var", { 64 }, LayerKind::Statistic },
    { "bn1.num_batches_tracked", {}, LayerKind::Statistic },
    { "layer2.0.downsample.0.weight", { 128, 64, 1, 1 }, LayerKind::Conv2d },
    { "layer2.0.downsample.1.weight", { 128 }, LayerKind::Norm },
    { "fc.weight", { 1000, 512 }, LayerKind::Linear, "head" },
    { "fc.bias", { 1000 }, LayerKind::Bias },
    { "linear.weight", { 10, 64 }, LayerKind::Linear, "head" },
    { "module.linear.weight", { 10, 64 }, LayerKind::Linear, "head" },
    { "features.0.weight", { 64, 3, 3, 3 }, LayerKind::Conv2d },
    { "classifier.6.weight", { 1000, 4096 }, LayerKind::Linear },
    // a plain perceptron has no "up" and "down"
    { "fc1.weight", { 500, 784 }, LayerKind::Linear },
    { "fc2.weight", { 10, 500 }, LayerKind::Linear },
    // Llama, Mistral, Qwen
    { "model.embed_tokens.weight", { 32000, 4096 }, LayerKind::Embedding, "embedding" },
    { "model.layers.0.self_attn.q_proj.weight", { 4096, 4096 }, LayerKind::Linear, "q" },
    { "model.layers.0.self_attn.k_proj.weight", { 1024, 4096 }, LayerKind::Linear, "k" },
    { "model.layers.0.self_attn.v_proj.weight", { 1024, 4096 }, LayerKind::Linear, "v" },
    { "model.layers.0.self_attn.o_proj.weight", { 4096, 4096 }, LayerKind::Linear, "o" },
    { "model.layers.0.self_attn.q_proj.bias", { 4096 }, LayerKind::Bias },
    { "model.layers.0.self_attn.rotary_emb.inv_freq", { 64 }, LayerKind::Other },
    { "model.layers.0.mlp.gate_proj.weight", { 11008, 4096 }, LayerKind::Linear, "gate" },
    { "model.layers.0.mlp.up_proj.weight", { 11008, 4096 }, LayerKind::Linear, "up" },
    { "model.layers.0.mlp.down_proj.weight", { 4096, 11008 }, LayerKind::Linear, "down" },
    { "model.layers.0.input_layernorm.weight", { 4096 }, LayerKind::Norm },
    { "model.norm.weight", { 4096 }, LayerKind::Norm },
    { "lm_head.weight", { 32000, 4096 }, LayerKind::Linear, "head" },
    { "model.layers.0.block_sparse_moe.experts.3.w1.weight", { 14336, 4096 }, LayerKind::Linear, "gate" },
    { "model.layers.0.block_sparse_moe.experts.3.w2.weight", { 4096, 14336 }, LayerKind::Linear, "down" },
    { "model.layers.0.mlp.experts.gate_up_proj", { 32, 2880, 5760 }, LayerKind::Matrix, "up" },
    // original Llama, llama2.c
    { "tok_embeddings.weight", { 32000, 4096 }, LayerKind::Embedding, "embedding" },
    { "layers.0.attention.wq.weight", { 4096, 4096 }, LayerKind::Linear, "q" },
    { "layers.0.attention.wo.weight", { 4096, 4096 }, LayerKind::Linear, "o" },
    { "layers.0.feed_forward.w1.weight", { 11008, 4096 }, LayerKind::Linear, "gate" },
    { "layers.0.feed_forward.w2.weight", { 4096, 11008 }, LayerKind::Linear, "down" },
    { "layers.0.feed_forward.w3.weight", { 11008, 4096 }, LayerKind::Linear, "up" },
    { "layers.0.attention_norm.weight", { 4096 }, LayerKind::Norm },
    { "output.weight", { 32000, 4096 }, LayerKind::Linear, "head" },
    // GGUF names
    { "token_embd.weight", { 32000, 4096 }, LayerKind::Embedding, "embedding" },
    { "blk.0.attn_q.weight", { 4096, 4096 }, LayerKind::Linear, "q" },
    { "blk.0.attn_output.weight", { 4096, 4096 }, LayerKind::Linear, "o" },
    { "blk.0.ffn_gate.weight", { 11008, 4096 }, LayerKind::Linear, "gate" },
    { "blk.0.ffn_down.weight", { 4096, 11008 }, LayerKind::Linear, "down" },
    { "blk.0.ffn_gate_inp.weight", { 8, 4096 }, LayerKind::Other },
    { "blk.0.ffn_down_exps.weight", { 8, 4096, 14336 }, LayerKind::Matrix, "down" },
    // GPT-2
    { "wte.weight", { 50257, 768 }, LayerKind::Embedding, "embedding" },
    { "transformer.wpe.weight", { 1024, 768 }, LayerKind::Embedding, "embedding" },
    { "h.0.ln_1.weight", { 768 }, LayerKind::Norm },
    { "ln_f.weight", { 768 }, LayerKind::Norm },
    { "h.0.attn.bias", { 1, 1, 1024, 1024 }, LayerKind::Other },
    { "h.0.attn.masked_bias", {}, LayerKind::Other },
    { "h.0.attn.c_attn.weight", { 768, 2304 }, LayerKind::Linear, "qkv" },
    { "h.0.attn.c_proj.weight", { 768, 768 }, LayerKind::Linear, "o" },
    { "h.0.mlp.c_fc.weight", { 768, 3072 }, LayerKind::Linear, "up" },
    { "h.0.mlp.c_proj.weight", { 3072, 768 }, LayerKind::Linear, "down" },
    // BERT
    { "bert.embeddings.word_embeddings.weight", { 30522, 768 }, LayerKind::Embedding, "embedding" },
    { "bert.embeddings.position_ids", { 1, 512 }, LayerKind::Other },
    { "bert.embeddings.LayerNorm.gamma", { 768 }, LayerKind::Norm },
    { "bert.embeddings.LayerNorm.beta", { 768 }, LayerKind::Bias },
    { "bert.encoder.layer.0.attention.self.query.weight", { 768, 768 }, LayerKind::Linear, "q" },
    { "bert.encoder.layer.0.attention.self.value.weight", { 768, 768 }, LayerKind::Linear, "v" },
    { "bert.encoder.layer.0.attention.output.dense.weight", { 768, 768 }, LayerKind::Linear, "o" },
    { "bert.encoder.layer.0.intermediate.dense.weight", { 3072, 768 }, LayerKind::Linear, "up" },
    { "bert.encoder.layer.0.output.dense.weight", { 768, 3072 }, LayerKind::Linear, "down" },
    // T5
    { "shared.weight", { 32128, 512 }, LayerKind::Embedding, "embedding" },
    { "encoder.block.0.layer.0.SelfAttention.q.weight", { 512, 512 }, LayerKind::Linear, "q" },
    { "encoder.block.0.layer.0.SelfAttention.o.weight", { 512, 512 }, LayerKind::Linear, "o" },
    { "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", { 32, 8 }, LayerKind::Embedding,
        "embedding" },
    { "encoder.block.0.layer.1.DenseReluDense.wi.weight", { 2048, 512 }, LayerKind::Linear, "up" },
    { "encoder.block.0.layer.1.DenseReluDense.wo.weight", { 512, 2048 }, LayerKind::Linear, "down" },
    // OPT, GPT-NeoX, vision transformers
    { "model.decoder.layers.0.fc1.weight", { 3072, 768 }, LayerKind::Linear, "up" },
    { "gpt_neox.layers.0.attention.query_key_value.weight", { 6144, 2048 }, LayerKind::Linear, "qkv" },
    { "gpt_neox.layers.0.attention.dense.weight", { 2048, 2048 }, LayerKind::Linear, "o" },
    { "gpt_neox.layers.0.mlp.dense_4h_to_h.weight", { 2048, 8192 }, LayerKind::Linear, "down" },
    { "embed_out.weight", { 50304, 2048 }, LayerKind::Linear, "head" },
    { "patch_embed.proj.weight", { 768, 3, 16, 16 }, LayerKind::Conv2d },
    { "pos_embed", { 1, 197, 768 }, LayerKind::Other },
    { "cls_token", { 1, 1, 768 }, LayerKind::Other },
    { "blocks.0.attn.qkv.weight", { 2304, 768 }, LayerKind::Linear, "qkv" },
    { "blocks.0.norm1.weight", { 768 }, LayerKind::Norm },
    { "encoder.layers.encoder_layer_0.self_attention.in_proj_weight", { 2304, 768 }, LayerKind::Linear, "qkv" },
    { "encoder.layers.encoder_layer_0.self_attention.in_proj_bias", { 2304 }, LayerKind::Bias },
    { "layers.0.blocks.0.attn.relative_position_bias_table", { 169, 3 }, LayerKind::Bias },
    { "time_embed.0.weight", { 1280, 320 }, LayerKind::Linear },
    // audio and others
    { "stft_conv.weight", { 258, 1, 256 }, LayerKind::Conv1d },
    { "final_conv.weight", { 1, 128, 1 }, LayerKind::Conv1d },
    { "lstm_cell.weight_ih", { 512, 128 }, LayerKind::Matrix },
    { "lstm_cell.bias_ih", { 512 }, LayerKind::Bias },
    { "decoder.deconv1.weight", { 64, 32, 4, 4 }, LayerKind::ConvTransposed },
    { "generator.conv_transpose.weight", { 64, 32, 16 }, LayerKind::ConvTransposed },
    { "unet.down.0.weight", { 32, 1, 3, 3, 3 }, LayerKind::Conv3d },
    { "norm_layer.scale", { 1, 32, 1, 1 }, LayerKind::Norm },
    { "embeddings", { 128, 64 }, LayerKind::Embedding, "embedding" },
    { "weights", { 29524 }, LayerKind::Other },
    { "mapping", { 29524 }, LayerKind::Other },
    { "", { 3, 3 }, LayerKind::Matrix },
};

TEST(LayerKind, PublishedNamesAreUnderstood)
{
    for (const Example& example : examples) {
        const auto found = classifyByName(example.name, example.shape);
        EXPECT_EQ(layerKindName(found.kind), std::string(layerKindName(example.kind))) << example.name;
        EXPECT_EQ(found.role, example.role) << example.name;
    }
}

TEST(LayerKind, NamesAreStableAndDiffer)
{
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(LayerKind::Other); ++i) {
        names.insert(layerKindName(static_cast<LayerKind>(i)));
        EXPECT_FALSE(layerKindTitle(static_cast<LayerKind>(i)).empty());
    }
    EXPECT_EQ(names.size(), 11U);
    EXPECT_TRUE(names.contains("conv2d"));
    EXPECT_TRUE(names.contains("conv_transposed"));
}

LayerInfo layerOf(LayerKind kind, TensorView view)
{
    LayerInfo layer;
    layer.name = "w";
    layer.kind = kind;
    layer.view = std::move(view);
    return layer;
}

TEST(LayerInfo, OnlyFloatWeightsOfTwoDimensionsAreQuantizable)
{
    EXPECT_TRUE(layerOf(LayerKind::Linear, makeTensor({ 1, 2 }, { 1, 2 })).isQuantizable());
    EXPECT_TRUE(
        layerOf(LayerKind::Embedding, makeTensor(DType::F16, { 2, 1 }, std::vector<std::byte>(4))).isQuantizable());
    std::set<std::string> reasons;
    for (const auto& layer : { layerOf(LayerKind::Linear, makeTensor({ 2 }, { 1, 2 })),
             layerOf(LayerKind::Bias, makeTensor({ 1, 2 }, { 1, 2 })),
             layerOf(LayerKind::Linear, makeTensor(DType::I8, { 1, 2 }, std::vector<std::byte>(2))),
             layerOf(LayerKind::Linear, makeTensor({ 0, 2 }, std::vector<float> {})) }) {
        EXPECT_FALSE(layer.isQuantizable());
        reasons.insert(layer.whyNotQuantizable().english());
    }
    EXPECT_EQ(reasons.size(), 4U);
}

TEST(LayerInfo, MatrixHasTheOutputChannelsFirst)
{
    const auto conv = layerOf(LayerKind::Conv2d, makeTensor({ 2, 1, 1, 2 }, { 1, 2, 3, 4 })).matrix();
    EXPECT_EQ(conv.shape, (Shape { 2, 2 }));
    auto transposed = layerOf(LayerKind::ConvTransposed, makeTensor({ 2, 3, 1 }, { 1, 2, 3, 4, 5, 6 }));
    transposed.outAxis = 1;
    EXPECT_EQ(transposed.matrix().shape, (Shape { 3, 2 }));
    EXPECT_EQ(toFloats(transposed.matrix()), (std::vector<float> { 1, 4, 2, 5, 3, 6 }));
    EXPECT_EQ(layerOf(LayerKind::Other, makeTensor({}, { 1 })).matrix().shape, Shape {});
}

TEST(Model, NamesMustDiffer)
{
    Model::Data data;
    data.layers = { layerOf(LayerKind::Linear, makeTensor({ 1 }, { 1 })),
        layerOf(LayerKind::Linear, makeTensor({ 1 }, { 1 })) };
    EXPECT_THROW(Model { data }, Error);
    data.layers[1].name = "v";
    const Model model(data);
    EXPECT_EQ(model.find("v"), LayerId(1));
    EXPECT_EQ(model.layer(LayerId(1)).id, LayerId(1));
    EXPECT_EQ(model.parameterCount(), 2U);
}

} // namespace
} // namespace bw
