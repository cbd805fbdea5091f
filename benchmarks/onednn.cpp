#include "benchmarks/onednn.hpp"

#if GAN_BENCHMARK_ONEDNN
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <dnnl.hpp>
#include <memory>
#include <stdexcept>
#include <unordered_map>

namespace gan::benchmarks {
namespace {

using dnnl::memory;
using tag = memory::format_tag;

const dnnl::engine& engine() {
  static const dnnl::engine e(dnnl::engine::kind::cpu, 0);
  return e;
}

memory::desc any(const memory::dims& dims, tag layout = tag::any) {
  return memory::desc(dims, memory::data_type::f32, layout);
}

/// Runs a primitive on arrays of its own.
std::function<void()> runner(const dnnl::primitive& primitive,
                             const std::vector<std::pair<int, memory::desc>>& arguments) {
  auto memories = std::make_shared<std::unordered_map<int, memory>>();
  for (const auto& [argument, description] : arguments) {
    memory m(description, engine());
    float* const data = static_cast<float*>(m.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i)
      data[i] = static_cast<float>(i % 17) * 0.01f - 0.08f;
    memories->emplace(argument, m);
  }
  auto stream = std::make_shared<dnnl::stream>(engine());
  return [primitive, memories, stream] {
    primitive.execute(*stream, *memories);
    stream->wait();
  };
}

std::function<void()> convolution_runner(cpu::ConvOperation operation, const ConvShape& s) {
  const memory::dims x{s.n, s.c, s.h, s.w}, y{s.n, s.o, s.oh, s.ow};
  memory::dims w{s.o / s.groups, s.c / s.groups, s.kh, s.kw};
  if (s.groups > 1) w.insert(w.begin(), s.groups);
  const memory::dims stride{s.stride_h, s.stride_w}, before{s.pad_top, s.pad_left};
  const memory::dims after{(s.oh - 1) * s.stride_h + s.kh - s.h - s.pad_top,
                           (s.ow - 1) * s.stride_w + s.kw - s.w - s.pad_left};
  constexpr auto algorithm = dnnl::algorithm::convolution_auto;
  const dnnl::convolution_forward::primitive_desc forward(
      {dnnl::prop_kind::forward_training, algorithm, any(x), any(w), any(y), stride, before, after}, engine());
  switch (operation) {
    case cpu::ConvOperation::conv:
      return runner(dnnl::convolution_forward(forward), {{DNNL_ARG_SRC, forward.src_desc()},
                                                         {DNNL_ARG_WEIGHTS, forward.weights_desc()},
                                                         {DNNL_ARG_DST, forward.dst_desc()}});
    case cpu::ConvOperation::conv_input: {
      const dnnl::convolution_backward_data::primitive_desc p(
          {algorithm, any(x), any(w), any(y), stride, before, after}, engine(), forward);
      return runner(dnnl::convolution_backward_data(p), {{DNNL_ARG_DIFF_SRC, p.diff_src_desc()},
                                                         {DNNL_ARG_WEIGHTS, p.weights_desc()},
                                                         {DNNL_ARG_DIFF_DST, p.diff_dst_desc()}});
    }
    case cpu::ConvOperation::conv_weight: {
      const dnnl::convolution_backward_weights::primitive_desc p(
          {algorithm, any(x), any(w), any(y), stride, before, after}, engine(), forward);
      return runner(dnnl::convolution_backward_weights(p), {{DNNL_ARG_SRC, p.src_desc()},
                                                            {DNNL_ARG_DIFF_WEIGHTS, p.diff_weights_desc()},
                                                            {DNNL_ARG_DIFF_DST, p.diff_dst_desc()}});
    }
  }
  return {};
}

std::function<void()> product_runner(const GemmShape& s) {
  const dnnl::matmul::primitive_desc p({any({s.m, s.k}, s.transpose_a ? tag::ba : tag::ab),
                                        any({s.k, s.n}, s.transpose_b ? tag::ba : tag::ab), any({s.m, s.n}, tag::ab)},
                                       engine());
  return runner(dnnl::matmul(p),
                {{DNNL_ARG_SRC, p.src_desc()}, {DNNL_ARG_WEIGHTS, p.weights_desc()}, {DNNL_ARG_DST, p.dst_desc()}});
}

// ---- the conversation with the other process
// ----------------------------------------------------------------------------
struct Question {
  int id = 0;  ///< of the product; questions about one come one after the other
  bool is_product = false;
  cpu::ConvOperation operation = cpu::ConvOperation::conv;
  ConvShape convolution = {};
  GemmShape product = {};
  int times = 0;
};
int next_id() {
  static int id = 0;
  return ++id;
}

bool transfer(ssize_t (*move)(int, void*, std::size_t), int file, void* data, std::size_t bytes) {
  for (char* at = static_cast<char*>(data); bytes > 0;) {
    const ssize_t n = move(file, at, bytes);
    if (n <= 0) return false;
    at += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}
bool receive(int file, void* data, std::size_t bytes) { return transfer(read, file, data, bytes); }
bool send(int file, const void* data, std::size_t bytes) {
  const auto put = [](int f, void* d, std::size_t n) { return write(f, d, n); };
  return transfer(put, file, const_cast<void*>(data), bytes);
}

[[noreturn]] void serve(int from, int to) {
  Question question;
  int id = 0;
  std::function<void()> run;
  while (receive(from, &question, sizeof question)) {
    if (question.id != id)
      run = question.is_product ? product_runner(question.product)
                                : convolution_runner(question.operation, question.convolution);
    id = question.id;
    run();  // wakes the threads
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < question.times; ++i) run();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / question.times;
    if (!send(to, &seconds, sizeof seconds)) break;
  }
  _exit(0);
}

double ask(int to, int from, const Question& question) {
  double seconds = 0;
  if (!send(to, &question, sizeof question) || !receive(from, &seconds, sizeof seconds))
    throw std::runtime_error("the oneDNN process has ended");
  return seconds;
}

}  // namespace

OneDnn::OneDnn() {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    close(there[1]);
    close(back[0]);
    serve(there[0], back[1]);
  }
  close(there[0]);
  close(back[1]);
  to_ = there[1];
  from_ = back[0];
}

OneDnn::~OneDnn() {
  close(to_);
  close(from_);
  wait(nullptr);
}

Timed OneDnn::convolution(cpu::ConvOperation operation, const ConvShape& shape) const {
  Question question{next_id(), false, operation, shape, {}, 0};
  return [=, this](int times) mutable {
    question.times = times;
    return ask(to_, from_, question);
  };
}

Timed OneDnn::product(const GemmShape& shape) const {
  Question question{next_id(), true, {}, {}, shape, 0};
  return [=, this](int times) mutable {
    question.times = times;
    return ask(to_, from_, question);
  };
}

}  // namespace gan::benchmarks

#else

namespace gan::benchmarks {
OneDnn::OneDnn() = default;
OneDnn::~OneDnn() = default;
Timed OneDnn::convolution(cpu::ConvOperation, const ConvShape&) const { return {}; }
Timed OneDnn::product(const GemmShape&) const { return {}; }
}  // namespace gan::benchmarks

#endif
