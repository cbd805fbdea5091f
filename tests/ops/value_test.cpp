// Values of every op against plain loops; nothing written outside of any block; no op without a case.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "support/cases.hpp"

namespace gan {
namespace {

template <class T>
std::vector<naive::Array> arrays_of(const Tensors<T>& x) {
  std::vector<naive::Array> out;
  for (const auto& t : x) {
    naive::Array a(t.shape());
    for (i64 i = 0; i < t.size(); ++i) a.values[static_cast<std::size_t>(i)] = static_cast<double>(t.data()[i]);
    out.push_back(std::move(a));
  }
  return out;
}

/// Where Winograd's convolution is forced on every shape that it supports (GAN_CONV=winograd), floats have its error:
/// up to 1.3e-5 of the largest value.
double float_tolerance(double other) {
  const char* const forced = std::getenv("GAN_CONV");
  return forced && std::strcmp(forced, "winograd") == 0 ? other + 1.3e-5 : other;
}

template <class T>
void expect_equal(const Tensor<T>& y, const naive::Array& expected, double tolerance, const std::string& name) {
  ASSERT_EQ(y.shape(), expected.shape) << name << ": " << to_string(y.shape()) << " " << to_string(expected.shape);
  double scale = 1;
  for (const double v : expected.values) scale = std::max(scale, std::abs(v));
  for (i64 i = 0; i < y.size(); ++i)
    ASSERT_NEAR(static_cast<double>(y.data()[i]), expected.values[static_cast<std::size_t>(i)], tolerance * scale)
        << name << " element " << i;
}

TEST(OpsValue, EqualPlainLoopsInDouble) {
  for (const Case& c : all_cases()) {
    if (!c.naive) continue;
    const auto x = case_inputs<double>(c, c.inputs);
    expect_equal(c.f64(x), c.naive(arrays_of(x)), 1e-13, c.name);
  }
}

TEST(OpsValue, EqualPlainLoopsInFloat) {
  for (const Case& c : all_cases()) {
    if (!c.naive) continue;
    const auto x = case_inputs<float>(c, c.inputs);
    expect_equal(c.f32(x), c.naive(arrays_of(x)), float_tolerance(2e-6), c.name);
  }
}

TEST(OpsValue, LargeShapesAgreeWithDouble) {
  for (const Case& c : all_cases()) {
    if (c.large.empty()) continue;
    const auto x32 = case_inputs<float>(c, c.large);
    Tensors<double> x64;
    for (const auto& t : x32) {
      Tensor<double> wide(t.shape());
      for (i64 i = 0; i < t.size(); ++i) wide.mutable_data()[i] = static_cast<double>(t.data()[i]);
      x64.push_back(wide);
    }
    const auto y64 = c.f64(x64);
    naive::Array expected(y64.shape());
    expected.values.assign(y64.data(), y64.data() + y64.size());
    expect_equal(c.f32(x32), expected, float_tolerance(2e-5), c.name);
  }
}

TEST(OpsValue, NothingIsWrittenOutOfBounds) {
  if (std::getenv("GAN_GUARD_MEMORY") == nullptr)
    GTEST_SKIP() << "set GAN_GUARD_MEMORY, as ctest does: nothing was looked at";
  {  // the guard sees a fault when there is one
    const i64 before = detail::memory_guard_violations();
    auto* block = static_cast<unsigned char*>(detail::allocate(100, Device::cpu()));
    const unsigned char keep = block[100];
    block[100] = 0;
    detail::deallocate(block, 100, Device::cpu());
    ASSERT_EQ(detail::memory_guard_violations(), before + 1);
    ASSERT_NE(keep, 0);
  }
  const i64 before = detail::memory_guard_violations();
  for (const Case& c : all_cases()) {
    for (const auto* shapes : {&c.inputs, &c.large}) {
      if (shapes->empty() && !c.inputs.empty()) continue;
      Tensors<float> x;
      for (const auto& t : case_inputs<float>(c, *shapes)) x.push_back(leaf(t));
      const Var y = c.f32(x);
      if (y.tracked()) grad(y, Var::ones(y.shape()), x);
    }
    ASSERT_EQ(detail::memory_guard_violations(), before) << c.name;
  }
}

// ---- coverage -------------------------------------------------------------------------------------------------------

std::set<std::string> matches_in_headers(const std::string& pattern) {
  std::set<std::string> names;
  const auto folder = std::filesystem::path(GAN_TESTS_DIR) / ".." / "include" / "gan" / "ops";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const std::regex expression(pattern);
    for (std::sregex_iterator m(text.begin(), text.end(), expression), end; m != end; ++m) names.insert((*m)[1]);
  }
  return names;
}

void collect_ops(const std::shared_ptr<Node<double>>& root, std::set<std::string>& names,
                 std::set<const Node<double>*>& seen) {
  std::vector<std::shared_ptr<Node<double>>> pending{root};
  while (!pending.empty()) {
    const auto node = pending.back();
    pending.pop_back();
    if (!node || !seen.insert(node.get()).second) continue;
    names.insert(node->op);
    for (const auto& input : node->inputs) pending.push_back(input.node());
  }
}

TEST(OpsCoverage, EveryPublicOpHasACase) {
  // A declaration "GAN_EXTERN_OP template Tensor<T> name(": those in detail:: are reached through the public ones.
  const auto declared = matches_in_headers("template (?:Tensor|BatchNormResult)<T> ([a-z_0-9]+)\\(");
  ASSERT_GT(declared.size(), 40u);
  std::set<std::string> covered;
  for (const Case& c : all_cases()) covered.insert(c.name.substr(0, c.name.find('.')));
  for (const auto& name : declared) EXPECT_TRUE(covered.count(name)) << "tests/ops has no case for " << name;
  for (const auto& name : covered) EXPECT_TRUE(declared.count(name)) << name << " is no op";
}

TEST(OpsCoverage, EveryRecordedOpIsReached) {
  const auto recorded = matches_in_headers("record<T>\\(\\s*\"([a-z_0-9]+)\"");
  ASSERT_GT(recorded.size(), 30u);
  std::set<std::string> reached;
  std::set<const Node<double>*> seen;
  std::vector<Tensor<double>> alive;  // node addresses stay unique
  for (const Case& c : all_cases()) {
    Tensors<double> x;
    for (const auto& t : case_inputs<double>(c, c.inputs)) x.push_back(leaf(t));
    const auto y = c.f64(x);
    if (!y.tracked()) continue;
    collect_ops(y.node(), reached, seen);
    alive.push_back(y);
    const auto cotangent =
        leaf(Tensor<double>::ones(y.shape()));  // tracked, so that linear backwards are recorded, too
    for (const auto& g : grad(y, cotangent, x, true)) {
      collect_ops(g.node(), reached, seen);
      alive.push_back(g);
    }
  }
  for (const auto& name : recorded) EXPECT_TRUE(reached.count(name)) << "no case records the op " << name;
}

}  // namespace
}  // namespace gan
