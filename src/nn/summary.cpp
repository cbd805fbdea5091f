// See nn/summary.hpp.
#include "gan/nn/summary.hpp"

#include <algorithm>

namespace gan {

std::string to_string(const Summary& summary) {
  auto cell = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 1), ' ');
    return text;
  };
  auto shape_text = [](const Shape& s) {
    std::string text = "(None";
    for (int i = 1; i < s.rank(); ++i) text += ", " + std::to_string(s[i]);
    return text + ")";
  };
  const std::string rule(64, '-');
  std::string out = cell("Layer (type)", 28) + cell("Output shape", 24) + "Parameters\n" + rule + "\n";
  std::vector<std::string> seen;
  for (const auto& layer : summary.layers) {
    const auto nth = std::count(seen.begin(), seen.end(), layer.type) + 1;
    seen.push_back(layer.type);
    out += cell(std::to_string(seen.size() - 1) + " " + layer.type + (nth > 1 ? "_" + std::to_string(nth) : ""), 28) +
           cell(shape_text(layer.output), 24) + std::to_string(layer.parameters) + "\n";
  }
  out += rule + "\n";
  out += "Total parameters:         " + std::to_string(summary.count.total()) + "\n";
  out += "Trainable parameters:     " + std::to_string(summary.count.trainable) + "\n";
  out += "Non-trainable parameters: " + std::to_string(summary.count.non_trainable) + "\n";
  return out;
}

}  // namespace gan
