// What recording needs of the host: places of values that vary, and traces of calls.
#include "gan/backend/capture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "support/files.hpp"

namespace gan {
namespace {

using test::message_of;

void write_number(const GraphArgument& value, void* place) {
  const double number = std::get<LerpStep>(value).keep;
  std::memcpy(place, &number, sizeof number);
}
double number_at(const std::byte* place) {
  double number = 0;
  std::memcpy(&number, place, sizeof number);
  return number;
}

TEST(ValuePlaces, AreAlignedAndFilledInTheirOrder) {
  alignas(16) std::array<std::byte, 64> device;
  ValuePlaces places(device.data(), device.size());
  EXPECT_EQ(places.used(), 0u);
  EXPECT_EQ(places.add(8, write_number), device.data());
  EXPECT_EQ(places.add(24, write_number), device.data() + 16);
  EXPECT_EQ(places.add(8, write_number), device.data() + 48);
  EXPECT_EQ(places.used(), 56u);
  alignas(16) std::array<std::byte, 64> host{};
  const GraphArgument values[] = {LerpStep{1.5}, LerpStep{-2.0}, LerpStep{7.25}};
  places.write(values, host.data());
  EXPECT_EQ(number_at(host.data()), 1.5);
  EXPECT_EQ(number_at(host.data() + 16), -2);
  EXPECT_EQ(number_at(host.data() + 48), 7.25);
}

TEST(ValuePlaces, RefuseWhatDoesNotFit) {
  std::array<std::byte, 32> block;
  ValuePlaces places(block.data(), block.size());
  places.add(8, write_number);
  places.add(16, write_number);
  EXPECT_EQ(message_of<CaptureError>([&] { places.add(1, write_number); }),
            "[capture] more than 32 bytes of values that vary");
  const GraphArgument one[] = {LerpStep{1.0}};
  EXPECT_EQ(message_of<CaptureError>([&] { places.write(one, block.data()); }), "[capture] 1 values for 2 places");
}

/// Not a device's: entries that do nothing, so that only the notes are left.
const Kernels<float>& idle_kernels() {
  static const Kernels<float> table = [] {
    Kernels<float> t{};
    t.gemm = [](const GemmShape&, const float*, const float*, float*, const Epilogue<float>&) {};
    t.fill_normal = [](i64, Rng, float, float, float*) {};
    t.adam = [](const AdamStep&, std::span<const UpdateArrays<float>>) {};
    return t;
  }();
  return table;
}

struct Turn {
  GemmShape shape{.m = 2, .n = 3, .k = 4};
  i64 size = 10;
  u64 draw = 0;
  double rate = 0.1;
};
CallTrace traced(const Turn& turn, const float* memory) {
  CallTrace trace;
  const TraceScope tape(trace);
  const Kernels<float>& k = detail::noting_kernels(idle_kernels());
  float out = 0;
  k.gemm(turn.shape, memory, memory, &out, {});
  k.fill_normal(turn.size, Rng{1, 2, turn.draw}, 0, 1, &out);
  const UpdateArrays<float> arrays{.n = turn.size, .g = memory, .w = &out, .state = {}};
  AdamStep step{};
  step.learning_rate = turn.rate;
  k.adam(step, {&arrays, 1});
  return trace;
}

TEST(CallTrace, TellsTurnsApartByTheirNumbersOnly) {
  const float here = 0, there = 0;
  const CallTrace trace = traced({}, &here);
  ASSERT_EQ(trace.calls.size(), 3u);
  EXPECT_EQ(trace.calls[0].op, "gemm");
  EXPECT_EQ(trace.calls[1].op, "fill_normal");
  EXPECT_EQ(trace.calls[2].op, "adam");
  EXPECT_EQ(traced({}, &there).calls, trace.calls) << "addresses are no difference";
  EXPECT_EQ(traced({.draw = 9, .rate = 0.2}, &here).calls, trace.calls) << "nor are values that vary";
  EXPECT_NE(traced({.shape = {.m = 2, .n = 4, .k = 3}}, &here).calls[0], trace.calls[0]);
  EXPECT_NE(traced({.size = 11}, &here).calls[1], trace.calls[1]);
  EXPECT_NE(traced({.size = 11}, &here).calls[2], trace.calls[2]);
}

TEST(CallTrace, KeepsTheValuesThatVaryInTheirOrder) {
  const float memory = 0;
  const CallTrace trace = traced({.draw = 9, .rate = 0.2}, &memory);
  ASSERT_EQ(trace.values.size(), 2u);
  EXPECT_EQ(std::get<Rng>(trace.values[0]).draw, 9u);
  EXPECT_EQ(std::get<AdamStep>(trace.values[1]).learning_rate, 0.2);
}

TEST(CallTrace, IsThatOfTheInnermostScope) {
  EXPECT_EQ(detail::call_trace(), nullptr);
  CallTrace outer, inner;
  {
    const TraceScope tape(outer);
    {
      const TraceScope nested(inner);
      EXPECT_EQ(detail::call_trace(), &inner);
    }
    EXPECT_EQ(detail::call_trace(), &outer);
  }
  EXPECT_EQ(detail::call_trace(), nullptr);
}

TEST(CallTrace, MapsDifferByTheirOptionsAndSizes) {
  struct Scale {
    double by;
  };
  CallTrace trace;
  const TraceScope tape(trace);
  detail::note_map("scale", 5, Scale{2});
  detail::note_map("scale", 5, Scale{2});
  detail::note_map("scale", 5, Scale{3});
  detail::note_map("scale", 6, Scale{2});
  EXPECT_EQ(trace.calls[0], trace.calls[1]);
  EXPECT_NE(trace.calls[0], trace.calls[2]);
  EXPECT_NE(trace.calls[0], trace.calls[3]);
}

TEST(CallTrace, KeepsTheFirstObstacleAndThrowsWhereStrict) {
  CallTrace trace;
  trace.refuse("a number was read back");
  trace.refuse("a label was checked");
  EXPECT_EQ(trace.obstacle, "a number was read back");
  trace.strict = true;
  EXPECT_EQ(message_of<CaptureError>([&] { trace.refuse("a label was checked"); }), "[capture] a label was checked");
}

TEST(Capture, TheCpuDoesNotRecord) { EXPECT_EQ(make_capture(Device::cpu()), nullptr); }

}  // namespace
}  // namespace gan
