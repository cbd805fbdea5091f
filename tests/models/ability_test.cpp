// An ability of one network: a map from parts to the part that it makes.
#include "gan/models/ability.hpp"

#include <gtest/gtest.h>

#include "gan/nn/dense.hpp"
#include "gan/nn/sequential.hpp"

namespace gan {
namespace {

TEST(Ability, CallsItsNetwork) {
  Sequential net{Dense(3, 2)};
  init(net, 1);
  const Ability encode = ability("encode", {.latent = 3}, net, "codes");
  EXPECT_EQ(encode.name, "encode");
  EXPECT_EQ(encode.input.latent.size, 3);
  const Var z = Var::ones({4, 3});
  Pass pass = Pass::inference();
  const Parts made = encode.run({{"z", z}}, pass);
  EXPECT_EQ(made.names(), "codes");
  EXPECT_EQ(made["codes"].to_vector(), net(z, pass).to_vector());
  EXPECT_THROW(encode.run({{"x", z}}, pass), ValueError) << "z is missing";
  each_param(net, [](const std::string&, Param<float>& p) { p.set(Var::zeros(p.shape())); });
  EXPECT_EQ(encode.run({{"z", z}}, pass)["codes"].to_vector(), std::vector<float>(8)) << "it borrows the network";
}

}  // namespace
}  // namespace gan
