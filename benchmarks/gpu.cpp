// Training steps on a CUDA device, as a Trainer plays them: batches come from the host, turns are repeated as graphs
// where they can be.
//   gpu [MODEL BATCH]... [--math tf32,bf16] [--steps 50] [--graphs|--no-graph] [--device cuda] [--tiny]
// prints a table: each step with graphs and without, or one of them. --tiny: few steps and small rates, for tests.
//   gpu --rates [--math tf32,bf16]           prints what the device can do, as JSON
//   gpu --serve MODEL BATCH MATH [--no-graph]
// is a runner for `gpu_compare`: prints "made" and, warmed up, "ready"; then for each line on standard input
//   steps N      runs N steps and reads a loss after each; prints their milliseconds as a JSON list
//   queued N     runs N steps and reads one loss at the end; prints milliseconds per step
//   memory       prints the peak of device memory in MB that tensors and recordings held
//   parameters   prints how many numbers all networks learn
//   recorded     prints how many turns are repeated as graphs
// MODEL: see fixtures.hpp.
#include <gan/gan.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "benchmarks/fixtures.hpp"
#include "step_floors.hpp"  // made by operations.py

namespace {

using gan::i64, gan::Device, gan::MathMode, gan::Shape, gan::Var;

struct Arguments {
  std::vector<std::pair<std::string, i64>> steps = {
      {"mlp", 64}, {"mnist", 64}, {"dcgan", 128}, {"wgangp", 64}, {"cyclegan256", 1}};
  std::vector<MathMode> math = {MathMode::tf32, MathMode::bf16};
  int times = 50;
  bool with_graphs = true, without_graphs = true, tiny = false, rates = false, serve = false;
  Device device = Device::cuda();
};

struct Usage : gan::Error {
  using gan::Error::Error;
};

MathMode mode_of(const std::string& name) {
  for (const MathMode mode : {MathMode::fp32, MathMode::tf32, MathMode::bf16})
    if (name == gan::to_string(mode)) return mode;
  throw Usage("there is no mode '" + name + "': fp32, tf32 or bf16");
}

i64 number_of(const std::string& word) {
  const i64 n = std::atol(word.c_str());
  if (n < 1) throw Usage("'" + word + "' is not a positive number");
  return n;
}

Arguments parse(int argc, char** argv) {
  Arguments out;
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string {
      if (i + 1 == argc) throw Usage(word + " needs a value");
      return argv[++i];
    };
    if (word == "--math") {
      out.math.clear();
      std::string rest = value() + ",";
      for (std::size_t comma; (comma = rest.find(',')) != std::string::npos; rest.erase(0, comma + 1))
        out.math.push_back(mode_of(rest.substr(0, comma)));
    } else if (word == "--steps") {
      out.times = static_cast<int>(number_of(value()));
    } else if (word == "--device") {
      if (value() == "cpu" || gan::cuda_device_count() > 0) out.device = gan::parse_device(argv[i]);
    } else if (word == "--graphs") {
      out.without_graphs = false;
    } else if (word == "--no-graph") {
      out.with_graphs = false;
    } else if (word == "--tiny") {
      out.tiny = true;
    } else if (word == "--rates") {
      out.rates = true;
    } else if (word == "--serve") {
      out.serve = true;
    } else if (word.starts_with("--")) {
      throw Usage("there is no option " + word);
    } else {
      words.push_back(word);
    }
  }
  if (out.serve && words.size() == 3) {
    out.math = {mode_of(words.back())};
    words.pop_back();
  }
  if (words.size() % 2 == 1 || (out.serve && words.size() != 2)) throw Usage("MODEL and BATCH are needed");
  if (!words.empty()) out.steps.clear();
  for (std::size_t i = 0; i < words.size(); i += 2) out.steps.emplace_back(words[i], number_of(words[i + 1]));
  return out;
}

template <class F>
double milliseconds(F run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// ---- what the device can do -----------------------------------------------------------------------------------------

/// Waits until everything that was asked of x's device is done.
void wait(const Var& x) { static_cast<void>(x.view(Shape{}).item()); }

/// Seconds of one call of `run`, which changes y: the best of three rounds.
template <class F>
double seconds_each(const Var& y, int calls, F run) {
  double best = 1e30;
  run();
  wait(y);
  for (int round = 0; round < 3; ++round)
    best = std::min(best, milliseconds([&] {
                      for (int i = 0; i < calls; ++i) run();
                      wait(y);
                    }));
  return best * 1e-3 / calls;
}

/// Operations a second of a matrix product of the library.
double product_rate(Device device, MathMode mode, bool tiny) {
  const gan::NoGrad constant;
  const gan::MathScope scope(mode);
  const i64 n = tiny ? 64 : 8192;
  gan::Rng rng{1, 0, 0};
  const Var a = gan::rand<float>(Shape{n, n}, rng, -1, 1, device),
            b = gan::rand<float>(Shape{n, n}, rng, -1, 1, device);
  Var y = gan::matmul(a, b);
  const double seconds = seconds_each(y, tiny ? 1 : 10, [&] { y = gan::matmul(a, b); });
  return 2.0 * static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n) / seconds;
}

/// Bytes a second that a copy inside the device reads and writes.
double copy_rate(Device device, bool tiny) {
  const Var x = Var::zeros(Shape{tiny ? i64{1} << 12 : i64{1} << 28}, device);
  Var y = x.clone();
  return 8.0 * static_cast<double>(x.size()) / seconds_each(y, tiny ? 1 : 10, [&] { y.copy_from(x); });
}

struct Rates {
  double operations[3] = {};  ///< by MathMode
  double bytes = 0;
};

Rates measure_rates(const Arguments& args) {
  Rates rates;
  for (const MathMode mode : args.math)
    rates.operations[static_cast<int>(mode)] = product_rate(args.device, mode, args.tiny);
  rates.bytes = copy_rate(args.device, args.tiny);
  gan::release_cached_memory(args.device);
  return rates;
}

void print_rates(const Arguments& args) {
  const Rates rates = measure_rates(args);
  std::printf("{");
  for (const MathMode mode : args.math)
    std::printf("\"%s\": %.6g, ", gan::to_string(mode), rates.operations[static_cast<int>(mode)]);
  std::printf("\"bytes\": %.6g}\n", rates.bytes);
}

// ---- steps ----------------------------------------------------------------------------------------------------------

/// A fixture that has been warmed up: what it keeps is made, its turns are recorded, clocks are up.
gan::fixtures::Fixture warm(const Arguments& args, const std::string& model, i64 batch, bool graphs, bool say = false) {
  gan::release_cached_memory(args.device);
  gan::reset_peak_memory(args.device);
  gan::fixtures::Fixture fixture = gan::fixtures::make(model, batch, {args.device, graphs});
  if (!fixture.step) throw Usage("there is no step '" + model + "'");
  if (say) std::cout << "made" << std::endl;
  double spent = 0;
  for (int i = 0; i < (args.tiny ? 6 : 20) || (!args.tiny && spent < 1000 && i < 2000); ++i)
    spent += milliseconds([&] { fixture.step(), fixture.loss(); });
  fixture.recorded();  // throws where a turn is not: on these nets that is a fault
  return fixture;
}

/// Milliseconds of each step, with a loss read after it.
std::vector<double> each_step(const gan::fixtures::Fixture& fixture, int times) {
  std::vector<double> out;
  for (int i = 0; i < times; ++i) out.push_back(milliseconds([&] { fixture.step(), fixture.loss(); }));
  return out;
}

/// Milliseconds of a step, with one loss read after all of them.
double queued_steps(const gan::fixtures::Fixture& fixture, int times) {
  fixture.loss();
  return milliseconds([&] {
           for (int i = 0; i < times; ++i) fixture.step();
           fixture.loss();
         }) /
         times;
}

double peak_megabytes(Device device) { return static_cast<double>(gan::memory_statistics(device).peak) * 1e-6; }

void print_row(const Arguments& args, const Rates& rates, const std::string& model, i64 batch, MathMode mode,
               bool graphs) {
  gan::set_math_mode(mode);
  const auto fixture = warm(args, model, batch, graphs);
  std::vector<double> each = each_step(fixture, args.times);
  const double queued = queued_steps(fixture, args.times);
  std::sort(each.begin(), each.end());
  const auto at = [&](double share) {
    return each[static_cast<std::size_t>(share * static_cast<double>(each.size() - 1))];
  };
  std::printf("| %s | %ld | %s | %s | %.3f | %.3f-%.3f | %.3f | %.0f | %.0f |", model.c_str(), static_cast<long>(batch),
              gan::to_string(mode), graphs ? fixture.recorded().c_str() : "no graphs", at(0.5), at(0.1), at(0.9),
              queued, static_cast<double>(batch) * 1e3 / queued, peak_megabytes(args.device));
  for (const StepFloor& floor : step_floors) {
    if (floor.model != model) continue;
    const auto images = static_cast<double>(batch);
    const double computing = 1e3 * floor.operations_per_image * images / rates.operations[static_cast<int>(mode)];
    const double moving = 1e3 * (floor.bytes + floor.bytes_per_image * images) / rates.bytes;
    std::printf(" %.0f %% | %.0f %% |", 100 * computing / at(0.5), 100 * moving / at(0.5));
  }
  std::printf("\n");
  std::fflush(stdout);
}

int print_table(const Arguments& args) {
  const Rates rates = measure_rates(args);
  for (const MathMode mode : args.math)
    std::printf("%s: %.1f TFLOP/s%s; ", gan::to_string(mode), rates.operations[static_cast<int>(mode)] * 1e-12,
                gan::has_math_mode(args.device, mode) ? "" : " (not claimed for this device)");
  std::printf("copying %.0f GB/s\n\n", rates.bytes * 1e-9);
  std::puts(
      "| step | batch | math | turns repeated as graphs | ms | 10th-90th percentile | ms queued | images/s queued |"
      " peak MB | of ms: operations | of ms: bytes |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|");
  int failed = 0;
  for (const MathMode mode : args.math)
    for (const auto& [model, batch] : args.steps)
      for (const bool graphs : {true, false}) {
        if (!(graphs ? args.with_graphs : args.without_graphs)) continue;
        try {
          print_row(args, rates, model, batch, mode, graphs);
        } catch (const gan::DeviceError& e) {  // the others may fare better
          std::printf("| %s | %ld | %s | %s |\n", model.c_str(), static_cast<long>(batch), gan::to_string(mode),
                      e.what());
          failed = 1;
        }
      }
  return failed;
}

int serve(const Arguments& args) {
  gan::set_math_mode(args.math.front());
  const auto [model, batch] = args.steps.front();
  const auto fixture = warm(args, model, batch, args.with_graphs, true);
  std::cout << "ready" << std::endl;
  std::string word;
  while (std::cin >> word) {
    int times = 0;
    if (word == "steps" && std::cin >> times) {
      std::cout << "[";
      const char* between = "";
      for (const double ms : each_step(fixture, times)) std::cout << between << ms, between = ", ";
      std::cout << "]" << std::endl;
    } else if (word == "queued" && std::cin >> times) {
      std::cout << queued_steps(fixture, std::max(times, 1)) << std::endl;
    } else if (word == "memory") {
      std::cout << peak_megabytes(args.device) << std::endl;
    } else if (word == "parameters") {
      std::cout << fixture.parameters << std::endl;
    } else if (word == "recorded") {
      std::cout << '"' << fixture.recorded() << '"' << std::endl;
    } else {
      throw Usage("'" + word + "' is not understood");
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Arguments args = parse(argc, argv);
    if (!args.device.is_cpu() && gan::cuda_device_count() == 0) {
      std::puts("gpu: no CUDA device can be used here");
      return 77;
    }
    if (args.rates) return print_rates(args), 0;
    return args.serve ? serve(args) : print_table(args);
  } catch (const gan::Error& e) {
    std::fprintf(stderr, "gpu: %s\n", e.what());
    return dynamic_cast<const Usage*>(&e) ? 2 : 1;
  }
}
