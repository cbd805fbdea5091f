// Generates the page of the human evaluation.
#include "gan/app/human_evaluation.hpp"

#include <algorithm>
#include <set>

#include "src/app/human_evaluation_page.hpp"
#include "gan/io/png.hpp"
#include "gan/metrics/features.hpp"
#include "src/io/file.hpp"

namespace gan::app {
namespace {

std::string base64(const std::vector<u8>& bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    u32 word = 0;
    for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (i + k < bytes.size() ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? digits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// JSON that can be embedded in a page: no "<" closes the script around it.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
      constexpr char hex[] = "0123456789abcdef";
      out += std::string("\\u00") + hex[byte >> 4] + hex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out = "[";
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i > 0 ? "," : "") + parts[i];
  return out + "]";
}

std::string numbers(const std::vector<i64>& values) {
  std::vector<std::string> parts;
  for (const i64 v : values) parts.push_back(std::to_string(v));
  return joined(parts);
}

std::string images(const data::Images& set, const std::vector<i64>& which) {
  std::vector<std::string> parts;
  for (const i64 i : which)
    parts.push_back('"' +
                    base64(io::encode_png(set.image(i),
                                          {.width = set.width(), .height = set.height(), .channels = set.channels()})) +
                    '"');
  return joined(parts);
}

void check(const HumanSet& real, const std::vector<HumanSet>& generated, const HumanEvaluationOptions& o) {
  const auto fault = [](const std::string& what) { throw ValueError("[human_evaluation] " + what); };
  if (o.images < 1 || o.practice < 0 || o.side < 16 || o.side > 4096)
    fault(std::to_string(o.images) + " images, " + std::to_string(o.practice) + " for practice, " +
          std::to_string(o.side) + " pixels; at least 1, 0 and 16 to 4096 are needed");
  if (o.durations.empty()) fault("no durations");
  for (const i64 d : o.durations)
    if (d < 1 || d > 60000) fault("a duration of " + std::to_string(d) + " ms; 1 to 60000 is possible");
  if (generated.empty()) fault("no generated images to show beside the real ones");
  std::set<std::string> names;
  const auto look = [&](const HumanSet& set) {
    if (set.images.size() < 1) fault("'" + set.name + "' holds no images");
    if (set.images.channels() != 1 && set.images.channels() != 3)
      fault("'" + set.name + "' has images of " + std::to_string(set.images.channels()) +
            " channels; 1 or 3 is possible");
    if (!names.insert(set.name).second) fault("two sets are called '" + set.name + "'");
  };
  look(real);
  for (const HumanSet& set : generated) look(set);
}

}  // namespace

std::string human_evaluation_page(const HumanSet& real, const std::vector<HumanSet>& generated,
                                  const HumanEvaluationOptions& o) {
  check(real, generated, o);
  std::vector<i64> practice;
  std::vector<std::string> sets;
  const auto add = [&](const HumanSet& set, u64 draw) {
    const i64 n = set.images.size();
    std::vector<i64> order = metrics::choose(n, n, Rng{o.seed, name_stream("human evaluation"), draw});
    const auto shown = static_cast<std::size_t>(std::min(o.images, n));
    if (draw == 0)  // real images: practice uses others than the trials, as long as there are any
      for (i64 k = 0; k < o.practice; ++k)
        practice.push_back(order[(shown + static_cast<std::size_t>(k)) % order.size()]);
    order.resize(shown);
    sets.push_back("{\"name\":" + quoted(set.name) + ",\"numbers\":" + numbers(order) +
                   ",\"images\":" + images(set.images, order) + "}");
  };
  add(real, 0);
  for (std::size_t i = 0; i < generated.size(); ++i) add(generated[i], i + 1);
  return std::string(human_page_head) + "{\"side\":" + std::to_string(o.side) +
         ",\"durations\":" + numbers(o.durations) + ",\"practice\":" + images(real.images, practice) +
         ",\"sets\":" + joined(sets) + "}" + human_page_tail;
}

void write_human_evaluation(const std::string& path, const HumanSet& real, const std::vector<HumanSet>& generated,
                            const HumanEvaluationOptions& options) {
  const std::string page = human_evaluation_page(real, generated, options);
  const std::span<const u8> bytes(reinterpret_cast<const u8*>(page.data()), page.size());
  io::replace_file(path, {bytes}, io::Durability::process, "human_evaluation");
}

}  // namespace gan::app
