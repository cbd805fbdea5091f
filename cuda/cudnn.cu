// Convolutions by cuDNN 9's legacy functions, which accept channels-last arrays (for the algorithms, see
// cudnn_plans.hpp).
//   * cuDNN pads both sides of an axis equally. Images with other padding are first copied into a frame of zeros that
//     holds exactly the pixels that the windows read, so that cuDNN need not pad. The same is tried if cuDNN rejects a
//     shape as it is. A frame costs one more read and write of the image.
//   * In mode bf16 both factors are copied to bf16 and the result is copied back: sums are in float, and the result is
//     rounded to bf16 in between. Shapes that cuDNN does not support in bf16 use tf32.
// A captured graph may contain all of this once the device's handle exists, which one call before the capture creates.
#include <optional>
#include <type_traits>

#include "cuda/convolutions.hpp"
#include "cuda/cudnn_copies.hpp"
#include "cuda/cudnn_plans.hpp"
#include "cuda/scratch.hpp"

namespace gan::cuda {
namespace {

template <class Element>
constexpr cudnnDataType_t data_type = std::is_same_v<Element, float>    ? CUDNN_DATA_FLOAT
                                      : std::is_same_v<Element, double> ? CUDNN_DATA_DOUBLE
                                                                        : CUDNN_DATA_BFLOAT16;

/// Whether the output has the size that cuDNN computes, which pads both sides of an axis equally.
bool pads_evenly(const ConvShape& s) {
  const auto outputs = [](i64 extent, i64 pad, i64 taps, i64 dilation, i64 stride) {
    const i64 room = extent + 2 * pad - (taps - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
  };
  return outputs(s.h, s.pad_top, s.kh, s.dilation_h, s.stride_h) == s.oh &&
         outputs(s.w, s.pad_left, s.kw, s.dilation_w, s.stride_w) == s.ow;
}

/// The same convolution, without padding, of images that hold exactly the rows and columns that the windows read.
ConvShape framed(ConvShape s) {
  s.h = (s.oh - 1) * s.stride_h + (s.kh - 1) * s.dilation_h + 1;
  s.w = (s.ow - 1) * s.stride_w + (s.kw - 1) * s.dilation_w + 1;
  s.pad_top = s.pad_left = 0;
  return s;
}

/// Runs s as `form`, which is s or framed(s); arrays that need another type or frame for cuDNN are copied.
template <class Element, class T>
bool run_as(const ConvShape& form, ConvOperation operation, const ConvShape& s, T* x, T* w, T* y) {
  if (!cudnn_supports(operation, form, data_type<Element>)) return false;
  const char* const op = cudnn_name(operation);
  constexpr bool casts = !std::is_same_v<T, Element>;
  const bool copies =
      casts || form.h != s.h || form.w != s.w || form.pad_top != s.pad_top || form.pad_left != s.pad_left;
  const i64 w_size = s.o * s.kh * s.kw * (s.c / s.groups), y_size = s.n * s.oh * s.ow * s.o;
  const i64 top = s.pad_top - form.pad_top, left = s.pad_left - form.pad_left;
  using Memory = std::optional<Scratch<Element>>;
  Memory x_copy, w_copy, y_copy;
  if (copies) x_copy.emplace(form.n * form.h * form.w * form.c);
  if (casts) w_copy.emplace(w_size), y_copy.emplace(y_size);
  if (copies && operation != ConvOperation::conv_input)
    copy_images(op, {s.n, s.c, s.h, s.w, form.h, form.w, top, left}, x, x_copy->data());
  if (casts && operation != ConvOperation::conv_weight) cast(op, w_size, w, w_copy->data());
  if (casts && operation != ConvOperation::conv) cast(op, y_size, y, y_copy->data());
  const auto place = [](const Memory& copy, T* array) { return copy ? static_cast<void*>(copy->data()) : array; };
  if (!cudnn_run(operation, form, data_type<Element>, place(x_copy, x), place(w_copy, w), place(y_copy, y)))
    return false;
  if (copies && operation == ConvOperation::conv_input)
    copy_images(op, {s.n, s.c, form.h, form.w, s.h, s.w, -top, -left}, x_copy->data(), x);
  if (casts && operation == ConvOperation::conv_weight) cast(op, w_size, w_copy->data(), w);
  if (casts && operation == ConvOperation::conv) cast(op, y_size, y_copy->data(), y);
  return true;
}

template <class Element, class T>
bool run_in_some_form(ConvOperation operation, const ConvShape& s, T* x, T* w, T* y) {
  const bool evenly = pads_evenly(s);
  if (evenly && run_as<Element>(s, operation, s, x, w, y)) return true;
  const bool is_framed = evenly && s.pad_top == 0 && s.pad_left == 0;
  return !is_framed && run_as<Element>(framed(s), operation, s, x, w, y);
}

}  // namespace

template <class T>
bool cudnn_convolution(ConvOperation operation, const ConvShape& shape, T* x, T* w, T* y) {
  ConvShape s = shape;
  if constexpr (std::is_same_v<T, float>) {
    if (s.math == MathMode::bf16) {
      if (run_in_some_form<__nv_bfloat16>(operation, s, x, w, y)) return true;
      s.math = MathMode::tf32;
    }
  } else {
    s.math = MathMode::fp32;
  }
  return run_in_some_form<T>(operation, s, x, w, y);
}

template bool cudnn_convolution(ConvOperation, const ConvShape&, float*, float*, float*);
template bool cudnn_convolution(ConvOperation, const ConvShape&, double*, double*, double*);

}  // namespace gan::cuda
