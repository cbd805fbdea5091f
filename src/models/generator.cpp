// The models that files may name, and loading a generator from a file.
#include "gan/models/generator.hpp"

#include <algorithm>
#include <filesystem>

#include "gan/core/fields.hpp"
#include "gan/core/suggest.hpp"
#include "gan/io/samples.hpp"
#include "gan/io/weights.hpp"
#include "gan/models/conditional_dcgan.hpp"
#include "gan/models/dcgan.hpp"
#include "gan/models/goodfellow.hpp"
#include "gan/models/vanilla.hpp"
#include "src/models/files.hpp"

namespace gan {
namespace {

using Draw = models::detail::Drawing;

/// The model of a file, ready to draw from.
struct Loaded {
  std::string options;
  Sampling sampling;
  Draw draw;
  std::function<Draw(u64 seed)> redraw;
  std::function<Var(const Var& images)> preprocess;
};

/// The number of images generated at once. On the CPU an image has the same bits in a batch of any size, unless it is
/// normalised with batch statistics; larger numbers are generated in pieces, so that the layers hold only one piece.
constexpr i64 at_once = 256;

template <class MakeRows>
Var in_pieces(i64 n, const Pass& pass, MakeRows make) {
  if (n <= at_once || pass.batch_stats) return make(0, n);
  Tensors<float> pieces;
  for (i64 begin = 0; begin < n; begin += at_once) pieces.push_back(make(begin, std::min(n, begin + at_once)));
  return concat(pieces);
}

/// A network on a device, with inputs from the CPU.
template <class G>
struct BatchedGenerator {
  G net;
  Device device;

  Var operator()(const Var& z, Pass& p) const requires requires { net(z, p); }
  {
    return in_pieces(z.shape(0), p, [&](i64 begin, i64 end) { return net(rows(z, begin, end).to(device), p); });
  }
  Var operator()(const Var& z, const Var& labels, Pass& p) const requires requires { net(z, labels, p); }
  {
    return in_pieces(z.shape(0), p, [&](i64 begin, i64 end) {
      return net(rows(z, begin, end).to(device), rows(labels, begin, end).to(device), p);
    });
  }
  void visit(Visitor& v) { net.visit(v); }
};

template <class G>
void load(G& net, const io::SafeTensors& file) {
  const std::string prefix = models::detail::generator_prefix(file);
  std::vector<std::string> names{prefix + "steps"};  // the count of a moving average, which sampling does not need
  each_param(net, [&](const std::string& name, Param<float>& p) {
    names.push_back(prefix + name);
    p.set(io::detail::from_file<float>(file, names.back(), p));
  });
  io::detail::require_no_others(file, prefix, names);
}

/// The functions that draw from the generator of a model, on a device.
template <class M>
Draw drawing(M net, Device device) {
  to(net.G, device);
  const Sampling how = net.sampling();
  auto fed =
      std::make_shared<BatchedGenerator<decltype(M::G)>>(BatchedGenerator<decltype(M::G)>{std::move(net.G), device});
  return {
      [fed, how](i64 n, u64 seed, const std::vector<i64>& labels) { return io::sample(*fed, n, how, seed, labels); },
      [fed, how](const Var& z, const std::vector<i64>& labels) {
        const NoGrad constant;
        Pass pass = Pass::inference(Rng{1, name_stream("sample pass"), 0});
        pass.batch_stats = how.batch_statistics;
        if constexpr (requires { (*fed)(z, z, pass); })
          return (*fed)(z, one_hot<float>(labels, how.classes), pass);
        else
          return (*fed)(z, pass);
      }};
}

template <class M>
Loaded make(const io::SafeTensors& file, const std::string& text, Device device) {
  const auto options = read_fields<typename M::Options>(text);
  M net(options);
  load(net.G, file);
  const Sampling how = net.sampling();
  const std::string resolved = write_fields(net.options);
  auto redraw = [options, device](u64 seed) {
    M untrained(options);
    init(untrained, seed);
    return drawing(std::move(untrained), device);
  };
  std::function<Var(const Var&)> preprocess;
  if constexpr (requires { net.preprocesses(); })
    if (net.preprocesses()) preprocess = [options](const Var& images) { return M::preprocess(options, images); };
  return {resolved, how, drawing(std::move(net), device), redraw, preprocess};
}

struct Entry {
  std::string name;
  Loaded (*make)(const io::SafeTensors& file, const std::string& options, Device device);
};
template <class M>
Entry entry() {
  return {M::name, make<M>};
}

/// Every model whose generator can be loaded by name.
const std::vector<Entry>& models_by_name() {
  static const std::vector<Entry> all{
      entry<models::Vanilla>(),
      entry<models::Dcgan>(),
      entry<models::Goodfellow>(),
      entry<models::ConditionalDcgan>(),
  };
  return all;
}

const Entry& find(const std::string& name) {
  std::vector<std::string> names;
  for (const Entry& e : models_by_name()) {
    if (e.name == name) return e;
    names.push_back(e.name);
  }
  throw FormatError("holds a model '" + name.substr(0, 80) +
                    "', which this version has not; the nearest that it has is '" + nearest(name, names) + "'");
}

/// The file that a path refers to.
std::string file_of(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return path;
  for (const char* name : {"/generator.safetensors", "/checkpoints/latest.safetensors"})
    if (std::filesystem::exists(path + name, ignored)) return path + name;
  throw IoError("[load_generator] " + path +
                ": holds neither generator.safetensors nor checkpoints/latest.safetensors");
}

}  // namespace

Tensor<float> models::Generator::sample(i64 n, u64 seed, const std::vector<i64>& labels) const {
  if (n < 1) throw ValueError("[Generator] " + std::to_string(n) + " samples; at least 1 is needed");
  return draw_.sample(n, seed, labels);
}

Tensor<float> models::Generator::images(const Tensor<float>& latents, std::vector<i64> labels) const {
  GAN_CHECK_SHAPE(
      latents.defined() && latents.rank() == 2 && latents.shape(0) >= 1 && latents.shape(1) == sampling_.latent.size,
      "Generator", "latents (n, size) of the model's are needed", latents.shape(), Shape{1, sampling_.latent.size});
  if (labels.empty() && sampling_.classes > 0)
    for (i64 i = 0; i < latents.shape(0); ++i) labels.push_back(i % sampling_.classes);
  if (static_cast<i64>(labels.size()) != (sampling_.classes > 0 ? latents.shape(0) : 0))
    throw ValueError("[Generator] " + std::to_string(labels.size()) + " labels for " +
                     std::to_string(latents.shape(0)) + " latents of a model of " + std::to_string(sampling_.classes) +
                     " classes");
  return draw_.images(latents, labels);
}

models::Generator models::Generator::untrained(u64 seed) const {
  Generator fresh = *this;
  fresh.draw_ = redraw_(seed);
  return fresh;
}

models::Generator load_generator(const std::string& path, Device device) {
  const io::SafeTensors file = io::read_safetensors(file_of(path));
  models::Generator g;
  Loaded loaded = models::detail::reading(file, [&] {
    using models::detail::value_of;
    g.model_ = value_of(file, "model",
                        "holds weights of an unknown architecture (no \"model\" in its metadata); load it with "
                        "io::load_weights into a network of your own");
    return find(g.model_).make(file, value_of(file, "options", "does not say the options of its model"), device);
  });
  g.options_ = std::move(loaded.options);
  g.sampling_ = loaded.sampling;
  g.draw_ = std::move(loaded.draw);
  g.redraw_ = std::move(loaded.redraw);
  g.preprocess_ = std::move(loaded.preprocess);
  g.image_ = g.sample(2).shape().tail();
  return g;
}

}  // namespace gan
