// What has a generator of the built-in shapes learnt? The analyses of the DCGAN paper (Radford, Metz & Chintala 2015,
// sections 6.1 and 6.3) for a run of the program dcgan: walks between latent vectors, sums of averaged exemplars, and
// images without the feature maps that draw one shape. A classifier trained here judges what the images show.
//   build/release/examples/dcgan --data shapes --size 28 --channels 1 --latent 20 --epochs 20 --out runs/shapes
//   build/release/examples/latent --run runs/shapes --out runs/shapes/latent
#include <gan/app/options.hpp>
#include <gan/gan.hpp>

#include <cstdio>
#include <numeric>

#include "shapes_judge.hpp"

using namespace gan;
using namespace gan::examples;

namespace {

struct Settings {
  models::Dcgan& net;
  Judge& judge;
  const Attributes& known;
  i64 samples, exemplars, cases, boxes, side;
  double strength;
  u64 seed;
  std::string out;
};

Var latents(const Settings& s, i64 n, const char* stream) {
  Rng rng{s.seed, name_stream(stream), 0};
  return draw_latent<float>(n, s.net.input().latent, rng);
}

void walk(const Settings& s) {
  const Var from = latents(s, 10, "walk from"), to = latents(s, 10, "walk to");
  for (const auto& [path, name] :
       {std::pair{metrics::LatentPath::linear, "linear"}, {metrics::LatentPath::spherical, "spherical"}}) {
    const Var images = metrics::generate(s.net.G, metrics::latent_walk(from, to, 9, path), s.net.input());
    io::save_grid(s.out + "/walk_" + name + ".png", images, {.rows = 10, .columns = 9});
  }
}

/// Up to `count` samples that have these values of two attributes, starting at a random one.
std::vector<i64> exemplars(const Judged& all, std::pair<std::size_t, i64> one, std::pair<std::size_t, i64> two,
                           i64 count, Rng rng) {
  std::vector<i64> having, out;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i][one.first] == one.second && all[i][two.first] == two.second) having.push_back(static_cast<i64>(i));
  const auto there = static_cast<i64>(having.size());
  for (const i64 k : metrics::choose(there, std::min(count, there), rng))
    out.push_back(having[static_cast<std::size_t>(k)]);
  return out;
}

/// strength ((a1, b1) - (a2, b1)) + (a2, b2), where each term is the mean of exemplars, should have a1 for attribute a
/// and keep b2 for attribute b.
bool arithmetic(const Settings& s) {
  const Var z = latents(s, s.samples, "exemplars");
  const Var images = metrics::generate(s.net.G, z, s.net.input());
  const Judged judged = s.judge(images, 0.9);
  std::array<i64, Attributes::count> tried{}, reached{}, both{};
  Tensors<float> shown;
  for (u64 k = 0, made = 0; made < static_cast<u64>(s.cases) && k < 20 * static_cast<u64>(s.cases); ++k) {
    Rng rng{s.seed, name_stream("cases"), 16 * k};
    const std::vector<i64> attribute = metrics::choose(Attributes::count, 2, rng.next());
    const auto a = static_cast<std::size_t>(attribute[0]), b = static_cast<std::size_t>(attribute[1]);
    const auto values_a = metrics::choose(static_cast<i64>(s.known.values[a].size()), 2, rng.next());
    const auto values_b = metrics::choose(static_cast<i64>(s.known.values[b].size()), 2, rng.next());
    const auto plus = exemplars(judged, {a, values_a[0]}, {b, values_b[0]}, s.exemplars, rng.next());
    const auto minus = exemplars(judged, {a, values_a[1]}, {b, values_b[0]}, s.exemplars, rng.next());
    const auto base = exemplars(judged, {a, values_a[1]}, {b, values_b[1]}, s.exemplars, rng.next());
    if (static_cast<i64>(std::min({plus.size(), minus.size(), base.size()})) < s.exemplars) continue;
    ++made;
    const Var result =
        s.strength * (metrics::mean_latent(z, plus) - metrics::mean_latent(z, minus)) + metrics::mean_latent(z, base);
    const Var made_images =
        metrics::generate(s.net.G, metrics::latent_neighbours(result, 9, 0.25, rng.next()), s.net.input());
    const auto seen = s.judge(rows(made_images, 0, 1), 0)[0];
    ++tried[a];
    reached[a] += seen[a] == values_a[0];
    both[a] += seen[a] == values_a[0] && seen[b] == values_b[1];
    if (shown.size() < 12 * 4) {  // three exemplars of each, the image of their mean, the result and its neighbours
      for (const auto* which : {&plus, &minus, &base})
        shown.push_back(gather(images, {which->begin(), which->begin() + 3}));
      shown.push_back(made_images);
    }
  }
  i64 all = 0, right = 0, kept = 0;
  for (std::size_t a = 0; a < Attributes::count; ++a) {
    std::printf("  %-6s %3lld of %3lld get the wanted value (%.0f %%), %lld keep the other attribute as well\n",
                Attributes::names[a], static_cast<long long>(reached[a]), static_cast<long long>(tried[a]),
                100.0 * static_cast<double>(reached[a]) / static_cast<double>(std::max<i64>(tried[a], 1)),
                static_cast<long long>(both[a]));
    all += tried[a];
    right += reached[a];
    kept += both[a];
  }
  std::printf(
      "z-arithmetic: %lld of %lld sums of %lld exemplars each get the wanted attribute (%.1f %%), %.1f %% both\n",
      static_cast<long long>(right), static_cast<long long>(all), static_cast<long long>(s.exemplars),
      100.0 * static_cast<double>(right) / static_cast<double>(std::max<i64>(all, 1)),
      100.0 * static_cast<double>(kept) / static_cast<double>(std::max<i64>(all, 1)));
  if (!shown.empty()) io::save_grid(s.out + "/arithmetic.png", concat(shown), {.rows = 12, .columns = 18});
  return all > 0 && static_cast<double>(right) >= 0.7 * static_cast<double>(all);
}

std::vector<double> rates(const Settings& s, const Var& images) {
  std::vector<double> share(s.known.values[2].size());
  for (const auto& seen : s.judge(images, 0.8))
    if (seen[2] >= 0) share[static_cast<std::size_t>(seen[2])] += 1.0 / static_cast<double>(images.shape(0));
  return share;
}

/// How much of a kind is left, as a fraction of its former frequency, and the largest relative change of another kind.
struct Change {
  double left = 1, worst = 0;

  Change(const std::vector<double>& before, const std::vector<double>& after, std::size_t kind)
      : left(after[kind] / before[kind]) {
    for (std::size_t k = 0; k < before.size(); ++k)
      if (k != kind) worst = std::max(worst, std::abs(after[k] - before[k]) / before[k]);
  }
  /// 0 if the kind is more than halved and no other changes by more than 4 %.
  double distance() const { return std::max(0.0, left - 0.45) + 4 * std::max(0.0, worst - 0.04); }
};

/// Of the maps with the highest positive weights, those whose removal brings images of `z` closest to the goal, chosen
/// greedily one by one as long as each helps.
std::vector<i64> choose_maps(const Settings& s, std::size_t stage, std::size_t kind, const std::vector<double>& weights,
                             const Var& z) {
  constexpr i64 candidates = 20;
  const auto positive = static_cast<i64>(analysis::maps_above(weights).size());
  const std::vector<i64> among = analysis::highest_maps(weights, std::min(candidates, positive));
  const std::vector<double> before = rates(s, metrics::generate(s.net.G, z));
  std::vector<i64> dropped;
  for (double nearest = 1e9; dropped.size() < among.size();) {
    i64 next = -1;
    for (const i64 map : among) {
      if (std::find(dropped.begin(), dropped.end(), map) != dropped.end()) continue;
      std::vector<i64> trial = dropped;
      trial.push_back(map);
      const Change change(before, rates(s, analysis::generate_without(s.net.G, z, stage, trial)), kind);
      if (change.distance() < nearest - 1e-4) {
        nearest = change.distance();
        next = map;
      }
    }
    if (next < 0) break;
    dropped.push_back(next);
  }
  return dropped;
}

/// Chooses maps on some images and measures on others: whether the kind is halved and no other changes by more than a
/// tenth.
bool drop(const Settings& s, std::size_t stage, std::size_t kind, const std::vector<double>& weights, const Var& z,
          const Var& fresh) {
  const std::vector<i64> dropped = choose_maps(s, stage, kind, weights, z);
  const Var whole = metrics::generate(s.net.G, fresh);
  const Var without = analysis::generate_without(s.net.G, fresh, stage, dropped);
  const std::vector<double> before = rates(s, whole), after = rates(s, without);
  const Change change(before, after, kind);
  const bool ok = change.left <= 0.5 && change.worst <= 0.1;
  std::printf("    %-8s without %2zu of %zu:", s.known.values[2][kind].c_str(), dropped.size(), weights.size());
  for (std::size_t k = 0; k < before.size(); ++k)
    std::printf("  %s %.1f to %.1f %%", s.known.values[2][k].c_str(), 100 * before[k], 100 * after[k]);
  std::printf("; it falls by %.0f %%, others change by %.1f %% at most%s\n", 100 - 100 * change.left,
              100 * change.worst, ok ? ": as wanted" : "");
  std::fflush(stdout);
  if (ok)
    io::save_grid(s.out + "/without_" + s.known.values[2][kind] + ".png",
                  concat<float>({rows(whole, 0, 40), rows(without, 0, 40)}), {.rows = 4, .columns = 20});
  return ok;
}

/// For each stage of G, the highest first, and each kind. Boxes enclose the bright parts of images whose kind the judge
/// is sure of; the regression separates positions inside them from positions inside boxes of other kinds.
bool forgetting(const Settings& s) {
  const Var z = latents(s, s.samples, "boxes"), fresh = latents(s, s.samples, "dropping");
  const Var images = metrics::generate(s.net.G, z);
  const Judged judged = s.judge(images, 0.9);
  std::vector<std::vector<analysis::LabelledBox>> boxes(s.known.values[2].size());
  for (i64 i = 0; i < s.samples; ++i) {
    const analysis::LabelledBox box = analysis::bright_box(images, i, -0.5);
    const i64 kind = judged[static_cast<std::size_t>(i)][2];
    if (kind >= 0 && box.bottom > box.top) boxes[static_cast<std::size_t>(kind)].push_back(box);
  }
  bool any = false;
  auto stages = s.net.generator_stages();
  std::reverse(stages.begin(), stages.end());
  for (const std::size_t stage : stages) {
    const NoGrad constant;
    Pass pass = Pass::inference();
    const Var maps = s.net.G.range(z, pass, 0, stage);
    if (s.side > 0 && maps.shape(1) != s.side) continue;
    std::printf("  maps of %lld x %lld\n", static_cast<long long>(maps.shape(1)),
                static_cast<long long>(maps.shape(2)));
    for (std::size_t kind = 0; kind < boxes.size(); ++kind) {
      std::vector<analysis::LabelledBox> own, others;
      for (std::size_t k = 0; k < boxes.size(); ++k) {
        auto& into = k == kind ? own : others;
        into.insert(into.end(), boxes[k].begin(),
                    boxes[k].begin() + static_cast<std::ptrdiff_t>(
                                           std::min<std::size_t>(boxes[k].size(), static_cast<std::size_t>(s.boxes))));
      }
      if (own.empty() || others.empty()) continue;
      const auto weights = analysis::feature_map_weights(maps, images.shape(1), images.shape(2), own, others,
                                                        {.elsewhere = false, .c = 0.01, .seed = s.seed});
      any = drop(s, stage, kind, weights, z, fresh) || any;
    }
  }
  return any;
}

}  // namespace

int main(int argc, char** argv) {
  return app::run(argc, argv, [](int count, char** words) {
    std::string run = "runs/shapes", out = "runs/shapes/latent", what = "all";
    i64 samples = 4000, exemplars = 20, cases = 200, boxes = 150, side = 0, image_count = 20000;
    double strength = 1.5;
    u64 seed = 1;
    bool require_sums = false, require_forgetting = false;
    app::Options options("latent", "walks, sums and forgetting: what a generator of the built-in shapes has learnt");
    options.add("--run PATH", run, "a run's folder, or a checkpoint, of the program dcgan on shapes")
        .add("--out DIR", out, "folder for pictures")
        .add("--what NAME", what, "of the three, one", {"all", "walk", "sums", "forgetting"})
        .add("--samples N", samples, "images to generate", {.min = 100, .max = 20000})
        .add("--exemplars N", exemplars, "averaged for each concept", {.min = 3, .max = 100})
        .add("--strength X", strength, "of the difference of two concepts that is added to a third; the paper has 1",
             {.min = 0, .max = 10})
        .add("--cases N", cases, "sums to try", {.min = 1, .max = 10000})
        .add("--boxes N", boxes, "labelled boxes of each kind, at most", {.min = 1, .max = 1000000})
        .add("--maps N", side, "only the stage whose maps are N x N; 0: all stages", {.min = 0, .max = 64})
        .add("--images N", image_count, "shapes that the judge learns from", {.min = 640, .max = 1000000})
        .add("--seed N", seed, "of everything")
        .add("--require-sums", require_sums, "fail unless 70 % of the sums get the wanted attribute")
        .add("--require-forgetting", require_forgetting,
             "fail unless one kind is halved without changing another by more than a tenth");
    if (!options.parse(count, words)) return 0;

    models::Dcgan net = models::load_dcgan(run);
    const auto shapes = [&](data::Split split, i64 n) {
      return data::shapes({.count = n, .size = net.options.size, .channels = net.options.channels, .split = split});
    };
    const data::Images images = shapes(data::Split::train, image_count), test = shapes(data::Split::test, 2000);
    Attributes known(images);
    Judge judge(images, known, seed);
    std::vector<i64> all(static_cast<std::size_t>(test.size()));
    std::iota(all.begin(), all.end(), i64{0});
    const Judged answers = judge(test.batch(all)["x"], 0);
    std::printf("the judge is right about");
    for (std::size_t a = 0; a < Attributes::count; ++a) {
      i64 right = 0;
      for (i64 i = 0; i < test.size(); ++i)
        right += known.read(test.caption(i))[a] == answers[static_cast<std::size_t>(i)][a];
      std::printf("%s the %s of %.1f %%", a > 0 ? "," : "", Attributes::names[a],
                  100.0 * static_cast<double>(right) / static_cast<double>(test.size()));
    }
    std::printf(" of %lld test images\n", static_cast<long long>(test.size()));
    io::make_directory(out);
    const Settings s{net, judge, known, samples, exemplars, cases, boxes, side, strength, seed, out};
    if (what == "all" || what == "walk") walk(s);
    const bool sums = (what != "all" && what != "sums") || arithmetic(s);
    const bool forgets = (what != "all" && what != "forgetting") || forgetting(s);
    return (require_sums && !sums) || (require_forgetting && !forgets) ? 1 : 0;
  });
}
