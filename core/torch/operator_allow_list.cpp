#include "core/torch/operator_allow_list.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace bw::torch_backend {

namespace {

constexpr auto allowed = std::to_array<std::string_view>({
    // clang-format off
    // Layers
    "aten::conv1d", "aten::conv2d", "aten::conv3d", "aten::conv_transpose1d", "aten::conv_transpose2d",
    "aten::conv_transpose3d", "aten::convolution", "aten::_convolution", "aten::_convolution_mode", "aten::conv_tbc",
    "aten::linear", "aten::bilinear", "aten::embedding", "aten::embedding_bag", "aten::one_hot", "aten::batch_norm",
    "aten::instance_norm", "aten::layer_norm", "aten::group_norm", "aten::native_layer_norm", "aten::native_group_norm",
    "aten::native_batch_norm", "aten::norm_except_dim", "aten::_weight_norm", "aten::_weight_norm_interface",
    "aten::dropout", "aten::alpha_dropout", "aten::feature_dropout", "aten::feature_alpha_dropout",
    "aten::native_dropout", "aten::lstm", "aten::lstm_cell", "aten::gru", "aten::gru_cell", "aten::rnn_tanh",
    "aten::rnn_relu", "aten::rnn_tanh_cell", "aten::rnn_relu_cell", "aten::_pack_padded_sequence",
    "aten::_pad_packed_sequence", "aten::pad_sequence", "aten::_scaled_dot_product_attention",
    "aten::_native_multi_head_attention", "aten::_transformer_encoder_layer_fwd", "aten::_transform_bias_rescale_qkv",
    "aten::_nested_tensor_from_mask", "aten::_nested_tensor_from_mask_left_aligned", "aten::to_padded_tensor",
    "aten::nested_to_padded_tensor", "aten::fake_quantize_per_tensor_affine", "aten::fake_quantize_per_channel_affine",
    "aten::fused_moving_avg_obs_fake_quant", "aten::channel_shuffle", "aten::native_channel_shuffle",
    "aten::pixel_shuffle", "aten::pixel_unshuffle", "aten::prelu", "aten::grid_sampler", "aten::grid_sampler_2d",
    "aten::grid_sampler_3d", "aten::affine_grid_generator", "aten::im2col", "aten::col2im",
    // Pooling, padding, resizing
    "aten::avg_pool1d", "aten::avg_pool2d", "aten::avg_pool3d", "aten::max_pool1d", "aten::max_pool2d",
    "aten::max_pool3d", "aten::max_pool1d_with_indices", "aten::max_pool2d_with_indices",
    "aten::max_pool3d_with_indices", "aten::max_unpool2d", "aten::max_unpool3d", "aten::fractional_max_pool2d",
    "aten::fractional_max_pool3d", "aten::adaptive_avg_pool1d", "aten::adaptive_avg_pool2d",
    "aten::adaptive_avg_pool3d", "aten::adaptive_max_pool1d", "aten::adaptive_max_pool2d", "aten::adaptive_max_pool3d",
    "aten::_adaptive_avg_pool2d", "aten::_adaptive_avg_pool3d", "aten::pad", "aten::constant_pad_nd",
    "aten::_pad_circular", "aten::_pad_enum", "aten::reflection_pad1d", "aten::reflection_pad2d",
    "aten::reflection_pad3d", "aten::replication_pad1d", "aten::replication_pad2d", "aten::replication_pad3d",
    "aten::upsample_nearest1d", "aten::upsample_nearest2d", "aten::upsample_nearest3d", "aten::upsample_linear1d",
    "aten::upsample_bilinear2d", "aten::upsample_bicubic2d", "aten::upsample_trilinear3d",
    "aten::_upsample_nearest_exact1d", "aten::_upsample_nearest_exact2d", "aten::_upsample_nearest_exact3d",
    "aten::_upsample_bilinear2d_aa", "aten::_upsample_bicubic2d_aa", "aten::__interpolate", "aten::__upsample",
    "aten::__upsample_nearest", "aten::__upsample_bilinear",
    // Activations and losses
    "aten::relu", "aten::relu6", "aten::leaky_relu", "aten::elu", "aten::selu", "aten::celu", "aten::gelu", "aten::glu",
    "aten::silu", "aten::mish", "aten::hardtanh", "aten::hardsigmoid", "aten::hardswish", "aten::hardshrink",
    "aten::softshrink", "aten::softplus", "aten::sigmoid", "aten::log_sigmoid", "aten::tanh", "aten::softmax",
    "aten::_softmax", "aten::log_softmax", "aten::_log_softmax", "aten::_masked_softmax", "aten::threshold",
    "aten::rrelu", "aten::logit", "aten::binary_cross_entropy", "aten::binary_cross_entropy_with_logits",
    "aten::cosine_embedding_loss", "aten::cross_entropy_loss", "aten::ctc_loss", "aten::hinge_embedding_loss",
    "aten::huber_loss", "aten::kl_div", "aten::l1_loss", "aten::margin_ranking_loss", "aten::mse_loss",
    "aten::multi_margin_loss", "aten::multilabel_margin_loss", "aten::nll_loss", "aten::nll_loss2d",
    "aten::nll_loss_nd", "aten::poisson_nll_loss", "aten::smooth_l1_loss", "aten::soft_margin_loss",
    "aten::triplet_margin_loss",
    // Products and linear algebra
    "aten::matmul", "aten::mm", "aten::bmm", "aten::mv", "aten::dot", "aten::vdot", "aten::inner", "aten::outer",
    "aten::ger", "aten::addmm", "aten::addmv", "aten::addr", "aten::addbmm", "aten::baddbmm", "aten::chain_matmul",
    "aten::einsum", "aten::tensordot", "aten::cross", "aten::kron", "aten::trace", "aten::det", "aten::logdet",
    "aten::slogdet", "aten::inverse", "aten::pinverse", "aten::cholesky", "aten::cholesky_inverse",
    "aten::cholesky_solve", "aten::qr", "aten::svd", "aten::symeig", "aten::matrix_exp", "aten::matrix_power",
    "aten::triangular_solve", "aten::lu_solve", "aten::lu_unpack", "aten::geqrf", "aten::orgqr", "aten::ormqr",
    "aten::linalg_cholesky", "aten::linalg_cholesky_ex", "aten::linalg_cond", "aten::linalg_cross", "aten::linalg_det",
    "aten::linalg_diagonal", "aten::linalg_eig", "aten::linalg_eigh", "aten::linalg_eigvals", "aten::linalg_eigvalsh",
    "aten::linalg_householder_product", "aten::linalg_inv", "aten::linalg_inv_ex", "aten::linalg_ldl_factor",
    "aten::linalg_ldl_solve", "aten::linalg_lstsq", "aten::linalg_lu", "aten::linalg_lu_factor",
    "aten::linalg_lu_solve", "aten::linalg_matmul", "aten::linalg_matrix_exp", "aten::linalg_matrix_norm",
    "aten::linalg_matrix_power", "aten::linalg_matrix_rank", "aten::linalg_multi_dot", "aten::linalg_norm",
    "aten::linalg_pinv", "aten::linalg_qr", "aten::linalg_slogdet", "aten::linalg_solve",
    "aten::linalg_solve_triangular", "aten::linalg_svd", "aten::linalg_svdvals", "aten::linalg_tensorinv",
    "aten::linalg_tensorsolve", "aten::linalg_vander", "aten::linalg_vecdot", "aten::linalg_vector_norm",
    // Signals
    "aten::stft", "aten::istft", "aten::fft_fft", "aten::fft_fft2", "aten::fft_fftn", "aten::fft_fftfreq",
    "aten::fft_fftshift", "aten::fft_hfft", "aten::fft_hfft2", "aten::fft_hfftn", "aten::fft_ifft", "aten::fft_ifft2",
    "aten::fft_ifftn", "aten::fft_ifftshift", "aten::fft_ihfft", "aten::fft_ihfft2", "aten::fft_ihfftn",
    "aten::fft_irfft", "aten::fft_irfft2", "aten::fft_irfftn", "aten::fft_rfft", "aten::fft_rfft2",
    "aten::fft_rfftfreq", "aten::fft_rfftn", "aten::bartlett_window", "aten::blackman_window", "aten::hamming_window",
    "aten::hann_window", "aten::kaiser_window", "aten::complex", "aten::polar", "aten::real", "aten::imag",
    "aten::angle", "aten::conj", "aten::conj_physical", "aten::resolve_conj", "aten::resolve_neg",
    "aten::view_as_complex", "aten::view_as_real", "aten::is_complex", "aten::is_conj", "aten::is_neg",
    // Arithmetic
    "aten::add", "aten::sub", "aten::rsub", "aten::subtract", "aten::mul", "aten::multiply", "aten::div",
    "aten::divide", "aten::true_divide", "aten::floor_divide", "aten::floordiv", "aten::__round_to_zero_floordiv",
    "aten::divmod", "aten::remainder", "aten::mathremainder", "aten::fmod", "aten::pow", "aten::float_power",
    "aten::square", "aten::sqrt", "aten::rsqrt", "aten::reciprocal", "aten::abs", "aten::absolute", "aten::fabs",
    "aten::neg", "aten::negative", "aten::positive", "aten::sign", "aten::sgn", "aten::signbit", "aten::copysign",
    "aten::exp", "aten::exp2", "aten::expm1", "aten::log", "aten::log2", "aten::log10", "aten::log1p",
    "aten::logaddexp", "aten::logaddexp2", "aten::logcumsumexp", "aten::logsumexp", "aten::ldexp", "aten::frexp",
    "aten::modf", "aten::sin", "aten::cos", "aten::tan", "aten::asin", "aten::acos", "aten::atan", "aten::atan2",
    "aten::arcsin", "aten::arccos", "aten::arctan", "aten::arctan2", "aten::sinh", "aten::cosh", "aten::asinh",
    "aten::acosh", "aten::atanh", "aten::arcsinh", "aten::arccosh", "aten::arctanh", "aten::sinc", "aten::erf",
    "aten::erfc", "aten::erfinv", "aten::lgamma", "aten::digamma", "aten::gamma", "aten::polygamma", "aten::mvlgamma",
    "aten::igamma", "aten::igammac", "aten::i0", "aten::hypot", "aten::degrees", "aten::radians", "aten::deg2rad",
    "aten::rad2deg", "aten::floor", "aten::ceil", "aten::round", "aten::trunc", "aten::fix", "aten::frac",
    "aten::clamp", "aten::clamp_min", "aten::clamp_max", "aten::clip", "aten::minimum", "aten::maximum", "aten::fmin",
    "aten::fmax", "aten::lerp", "aten::addcmul", "aten::addcdiv", "aten::xlogy", "aten::nan_to_num", "aten::heaviside",
    "aten::nextafter", "aten::gcd", "aten::lcm", "aten::cumsum", "aten::cumprod", "aten::cummax", "aten::cummin",
    "aten::diff", "aten::gradient", "aten::cumulative_trapezoid", "aten::trapezoid", "aten::trapz",
    "aten::special_digamma", "aten::special_entr", "aten::special_erf", "aten::special_erfc", "aten::special_erfcx",
    "aten::special_erfinv", "aten::special_exp2", "aten::special_expit", "aten::special_expm1",
    "aten::special_gammainc", "aten::special_gammaincc", "aten::special_gammaln", "aten::special_i0",
    "aten::special_i0e", "aten::special_i1", "aten::special_i1e", "aten::special_log1p", "aten::special_log_ndtr",
    "aten::special_log_softmax", "aten::special_logit", "aten::special_logsumexp", "aten::special_multigammaln",
    "aten::special_ndtr", "aten::special_ndtri", "aten::special_polygamma", "aten::special_psi", "aten::special_round",
    "aten::special_sinc", "aten::special_softmax", "aten::special_xlog1py", "aten::special_xlogy", "aten::special_zeta",
    // Comparison and logic
    "aten::eq", "aten::ne", "aten::lt", "aten::le", "aten::gt", "aten::ge", "aten::not_equal", "aten::less",
    "aten::less_equal", "aten::greater", "aten::greater_equal", "aten::equal", "aten::allclose", "aten::isclose",
    "aten::isnan", "aten::isinf", "aten::isfinite", "aten::isreal", "aten::isposinf", "aten::isneginf", "aten::isin",
    "aten::logical_and", "aten::logical_or", "aten::logical_xor", "aten::logical_not", "aten::bitwise_and",
    "aten::bitwise_or", "aten::bitwise_xor", "aten::bitwise_not", "aten::bitwise_left_shift",
    "aten::bitwise_right_shift", "aten::__and__", "aten::__or__", "aten::__xor__", "aten::__lshift__",
    "aten::__rshift__", "aten::__iand__", "aten::__ior__", "aten::__ixor__", "aten::__ilshift__", "aten::__irshift__",
    "aten::__not__", "aten::__is__", "aten::__isnot__", "aten::__contains__", "aten::where", "aten::any", "aten::all",
    // Reductions and statistics
    "aten::sum", "aten::nansum", "aten::mean", "aten::nanmean", "aten::prod", "aten::max", "aten::min", "aten::amax",
    "aten::amin", "aten::aminmax", "aten::argmax", "aten::argmin", "aten::median", "aten::nanmedian", "aten::mode",
    "aten::std", "aten::std_mean", "aten::var", "aten::var_mean", "aten::norm", "aten::frobenius_norm",
    "aten::nuclear_norm", "aten::quantile", "aten::nanquantile", "aten::count_nonzero", "aten::bincount", "aten::histc",
    "aten::histogram", "aten::cov", "aten::corrcoef", "aten::dist", "aten::cdist", "aten::pdist",
    "aten::pairwise_distance", "aten::cosine_similarity", "aten::renorm",
    // Shape and order
    "aten::view", "aten::view_as", "aten::reshape", "aten::reshape_as", "aten::flatten", "aten::unflatten",
    "aten::squeeze", "aten::unsqueeze", "aten::expand", "aten::expand_as", "aten::broadcast_to",
    "aten::broadcast_tensors", "aten::sum_to_size", "aten::permute", "aten::transpose", "aten::t", "aten::swapaxes",
    "aten::swapdims", "aten::movedim", "aten::moveaxis", "aten::adjoint", "aten::mT", "aten::mH", "aten::matrix_H",
    "aten::numpy_T", "aten::contiguous", "aten::narrow", "aten::narrow_copy", "aten::select", "aten::slice",
    "aten::unbind", "aten::split", "aten::split_with_sizes", "aten::chunk", "aten::unsafe_chunk", "aten::unsafe_split",
    "aten::unsafe_split_with_sizes", "aten::tensor_split", "aten::hsplit", "aten::vsplit", "aten::dsplit", "aten::cat",
    "aten::concat", "aten::concatenate", "aten::stack", "aten::hstack", "aten::vstack", "aten::dstack",
    "aten::row_stack", "aten::column_stack", "aten::block_diag", "aten::cartesian_prod", "aten::combinations",
    "aten::meshgrid", "aten::repeat", "aten::repeat_interleave", "aten::tile", "aten::roll", "aten::flip",
    "aten::fliplr", "aten::flipud", "aten::rot90", "aten::unfold", "aten::as_strided", "aten::diag", "aten::diag_embed",
    "aten::diagflat", "aten::diagonal", "aten::tril", "aten::triu", "aten::tril_indices", "aten::triu_indices",
    "aten::atleast_1d", "aten::atleast_2d", "aten::atleast_3d", "aten::ravel", "aten::vander", "aten::select_scatter",
    "aten::slice_scatter", "aten::diagonal_scatter", "aten::as_strided_scatter", "aten::align_as",
    "aten::align_tensors", "aten::align_to", "aten::refine_names", "aten::rename",
    // Indexing, sorting, searching
    "aten::index", "aten::index_select", "aten::index_put", "aten::index_add", "aten::index_copy", "aten::index_fill",
    "aten::index_reduce", "aten::gather", "aten::scatter", "aten::scatter_add", "aten::scatter_reduce",
    "aten::masked_fill", "aten::masked_scatter", "aten::masked_select", "aten::take", "aten::take_along_dim",
    "aten::put", "aten::nonzero", "aten::nonzero_numpy", "aten::argwhere", "aten::sort", "aten::argsort", "aten::msort",
    "aten::topk", "aten::kthvalue", "aten::searchsorted", "aten::bucketize", "aten::unique_consecutive",
    "aten::unique_dim", "aten::unique_dim_consecutive", "aten::_unique", "aten::_unique2", "aten::segment_reduce",
    "aten::_shape_as_tensor", "aten::_reshape_from_tensor", "aten::fill_diagonal_",
    // Making tensors
    "aten::tensor", "aten::as_tensor", "aten::scalar_tensor", "aten::empty", "aten::empty_like", "aten::empty_strided",
    "aten::zeros", "aten::zeros_like", "aten::ones", "aten::ones_like", "aten::full", "aten::full_like",
    "aten::new_empty", "aten::new_empty_strided", "aten::new_full", "aten::new_ones", "aten::new_zeros", "aten::arange",
    "aten::range", "aten::linspace", "aten::logspace", "aten::eye", "aten::rand", "aten::rand_like", "aten::randint",
    "aten::randint_like", "aten::randn", "aten::randn_like", "aten::randperm", "aten::random", "aten::bernoulli",
    "aten::multinomial", "aten::normal", "aten::uniform", "aten::exponential", "aten::geometric", "aten::log_normal",
    "aten::cauchy", "aten::poisson", "aten::binomial", "aten::fill", "aten::zero", "aten::_no_grad_fill_",
    "aten::_no_grad_zero_", "aten::_no_grad_uniform_", "aten::_no_grad_normal_", "aten::resize", "aten::resize_as",
    // Copies, types and facts about tensors
    "aten::clone", "aten::copy", "aten::copy_", "aten::to", "aten::type_as", "aten::_to_copy", "aten::_cast_Byte",
    "aten::_cast_Char", "aten::_cast_Double", "aten::_cast_Float", "aten::_cast_Half", "aten::_cast_Int",
    "aten::_cast_Long", "aten::_cast_Short", "aten::cpu", "aten::cuda", "aten::detach", "aten::detach_copy",
    "aten::alias", "aten::lift", "aten::lift_fresh", "aten::lift_fresh_copy", "aten::item", "aten::_local_scalar_dense",
    "aten::numel", "aten::size", "aten::sym_size", "aten::stride", "aten::dim", "aten::element_size",
    "aten::storage_offset", "aten::len", "aten::device", "aten::is_contiguous", "aten::is_floating_point",
    "aten::is_signed", "aten::is_nonzero", "aten::is_same_size", "aten::is_leaf", "aten::is_inference",
    "aten::is_pinned", "aten::get_device", "aten::can_cast", "aten::result_type", "aten::promote_types",
    "aten::requires_grad_", "aten::is_coalesced", "aten::to_dense", "aten::sparse_dim", "aten::dense_dim",
    "aten::_infer_size", "aten::data",
    // Numbers, text and containers
    "aten::Bool", "aten::Int", "aten::Float", "aten::Complex", "aten::IntImplicit", "aten::FloatImplicit",
    "aten::ComplexImplicit", "aten::ScalarImplicit", "aten::Size", "aten::str", "aten::ord", "aten::chr", "aten::hex",
    "aten::oct", "aten::bin", "aten::hash", "aten::format", "aten::percentFormat", "aten::append", "aten::extend",
    "aten::insert", "aten::pop", "aten::popitem", "aten::remove", "aten::reverse", "aten::clear", "aten::count",
    "aten::list", "aten::dict", "aten::keys", "aten::values", "aten::items", "aten::get", "aten::setdefault",
    "aten::update", "aten::Delete", "aten::_set_item", "aten::__getitem__", "aten::__derive_index",
    "aten::__range_length", "aten::sorted", "aten::join", "aten::lower", "aten::upper", "aten::capitalize",
    "aten::title", "aten::swapcase", "aten::strip", "aten::lstrip", "aten::rstrip", "aten::startswith",
    "aten::endswith", "aten::find", "aten::rfind", "aten::rindex", "aten::replace", "aten::splitlines",
    "aten::partition", "aten::rpartition", "aten::center", "aten::ljust", "aten::rjust", "aten::zfill",
    "aten::expandtabs", "aten::isalnum", "aten::isalpha", "aten::isdecimal", "aten::isdigit", "aten::isidentifier",
    "aten::islower", "aten::isnumeric", "aten::isprintable", "aten::isspace", "aten::istitle", "aten::isupper",
    "aten::_unwrap_optional", "aten::_tensor_to_list", "aten::_list_to_tensor",
    // Switches of this run alone
    "aten::is_scripting", "aten::has_torch_function", "aten::is_grad_enabled", "aten::set_grad_enabled",
    "aten::is_autocast_enabled", "aten::is_autocast_cpu_enabled", "aten::_get_tracing_state", "aten::_assert_async",
    "aten::_assert_tensor_metadata", "aten::warn",
    // Parts of the language, and what it asks of tensors
    "prim::Constant", "prim::ListConstruct", "prim::ListUnpack", "prim::TupleConstruct", "prim::TupleUnpack",
    "prim::TupleIndex", "prim::TupleSlice", "prim::DictConstruct", "prim::GetAttr", "prim::SetAttr", "prim::HasAttr",
    "prim::If", "prim::Loop", "prim::CallMethod", "prim::CallFunction", "prim::CreateObject", "prim::RaiseException",
    "prim::Uninitialized", "prim::unchecked_cast", "prim::unchecked_unwrap_optional", "prim::isinstance",
    "prim::device", "prim::dtype", "prim::layout", "prim::shape", "prim::data", "prim::requires_grad", "prim::is_cpu",
    "prim::is_cuda", "prim::is_ipu", "prim::is_meta", "prim::is_mkldnn", "prim::is_mps", "prim::is_nested",
    "prim::is_ort", "prim::is_quantized", "prim::is_sparse", "prim::is_sparse_csr", "prim::is_vulkan", "prim::is_xpu",
    "prim::type", "prim::name", "prim::id", "prim::min", "prim::max", "prim::abs", "prim::index", "prim::NumToTensor",
    "prim::rangelist", "prim::tolist", "prim::Enter", "prim::Exit", "prim::EnumName", "prim::EnumValue",
    "prim::ModuleContainerIndex", "prim::StringIndex", "prim::ConstantChunk",
    // clang-format on
});

struct Danger
{
    std::string_view start; ///< of the operator's name
    const char* what;
};

constexpr auto dangers = std::to_array<Danger>({
    { "aten::from_file", BW_TR_NOOP("core", "read files") },
    { "aten::save", BW_TR_NOOP("core", "write files") },
    { "prim::Print", BW_TR_NOOP("core", "print to your terminal") },
    { "prim::PythonOp", BW_TR_NOOP("core", "run Python") },
    { "prim::IgnoredPythonOp", BW_TR_NOOP("core", "run Python") },
    { "prim::rpc", BW_TR_NOOP("core", "use the network") },
    { "c10d::", BW_TR_NOOP("core", "use the network") },
    { "prim::fork", BW_TR_NOOP("core", "run on after it was stopped") },
    { "aten::wait", BW_TR_NOOP("core", "run on after it was stopped") },
    { "__torch__.torch.classes", BW_TR_NOOP("core", "run code outside of the model") },
});

} // namespace

bool isAllowedOperator(std::string_view name)
{
    static const std::unordered_set<std::string_view> set(allowed.begin(), allowed.end());
    if (set.contains(name)) {
        return true;
    }
    // In place, an operator does no more than it does otherwise.
    return name.ends_with('_') && set.contains(name.substr(0, name.size() - 1));
}

Text dangerOf(std::string_view name)
{
    const auto found
        = std::find_if(dangers.begin(), dangers.end(), [&](const Danger& d) { return name.starts_with(d.start); });
    return found != dangers.end() ? found->what : BW_TR_NOOP("core", "do what Bitwright has not checked");
}

std::span<const std::string_view> allowedOperators()
{
    return allowed;
}

} // namespace bw::torch_backend
