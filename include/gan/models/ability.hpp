// What a trained system can do, as maps from parts to parts; and how a system is trained by default.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gan/data/needs.hpp"
#include "gan/nn/input.hpp"
#include "gan/nn/module.hpp"

namespace gan {

/// One thing that a trained system can do: a map from parts to parts. The names in use are sample, translate,
/// translate_back, upscale, complete, reconstruct, encode, predict and classify; a result that is an image is the part
/// x.
template <class T>
struct BasicAbility {
  std::string name;
  InputSpec input;  ///< the parts that it takes
  std::function<BasicParts<T>(const BasicParts<T>& input, Pass& pass)> run;
};
using Ability = BasicAbility<float>;
template <class T>
using BasicAbilities = std::vector<BasicAbility<T>>;
using Abilities = BasicAbilities<float>;

/// What a network does on its own: its output is the part `makes`. The network, which generate() can call, must keep
/// its address.
template <class Net, class T = scalar_of<Net>>
BasicAbility<T> ability(std::string name, InputSpec input, Net& net, std::string makes = "x") {
  return {std::move(name), input, [input, &net, makes = std::move(makes)](const BasicParts<T>& parts, Pass& pass) {
            return BasicParts<T>{{makes, generate<T>(net, input, parts, pass)}};
          }};
}

namespace models {

/// How a system is trained unless told otherwise.
struct Recipe {
  std::string data = "fashion-mnist";
  i64 epochs = 4, batch_size = 64;
  double ema = 0.999;  ///< decay of the averages of the generators; 0: the networks themselves
  std::string measure = "classifier-fid";  ///< what is measured during training, where that is asked for
};

}  // namespace models
}  // namespace gan
