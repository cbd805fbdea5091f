// Systems: everything that a GAN of one kind consists of, in one struct, and the list of those that programs and files
// know by name.
//   struct Mine {
//     static constexpr const char *name = "mine", *purpose = "a GAN of my own";
//     struct Options {
//       i64 latent = 16;
//       template <class F>
//       void visit(F&& f) { f("latent", latent, "numbers in z"); }
//     };
//     Options options;
//     Sequential G, D;
//
//     explicit Mine(const Options& o);
//     void visit(Visitor& v) { v("G", G), v("D", D); }
//     InputSpec input() const { return {.latent = options.latent}; }
//     data::Needs needs() const { return {.x = {28, 28, 1}}; }
//     Game game() { return adversarial(G, D, NonSaturating{}, {.input = input()}); }
//     Abilities abilities() { return {ability("sample", input(), G)}; }
//   };
//   add_system<Mine>();
// The line add_system gives it all that the library's own systems have: flags, training with checkpoints and exact
// resume (app/gan_program.hpp), and load(). A system may also have
//   void visit_generators(Visitor&)     names what is averaged and kept at the end of training: all that abilities
//                                       call, which may depend on its parameters and buffers, but not on counts. By
//                                       default it is G, under its own names; without a G, everything.
//   void begin(const data::Source&)     called once, after init and before the first round
//   static models::Recipe recipe()      the defaults of a program's flags
//   Var preprocess(const Var&) const    what the game does to real images before D sees them
//   bool preprocesses() const           false where preprocess changes nothing
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gan/core/fields.hpp"
#include "gan/models/ability.hpp"
#include "gan/train/game.hpp"

namespace gan {

namespace models {

/// A system of any type. The object behind it keeps its address.
class AnySystem {
 public:
  virtual ~AnySystem() = default;
  virtual std::string name() const = 0;
  /// All options, one "name = value" per line.
  virtual std::string options() const = 0;
  virtual void visit(Visitor& v) = 0;
  virtual void visit_generators(Visitor& v) = 0;
  virtual data::Needs needs() const = 0;
  virtual Game game() = 0;
  virtual Abilities abilities() = 0;
  virtual void begin(const data::Source& data) = 0;
  /// Empty if the game takes real images as they are.
  virtual std::function<Var(const Var&)> preprocessing() = 0;
};

/// The options of a system that is to be made.
class AnyOptions {
 public:
  virtual ~AnyOptions() = default;
  virtual std::vector<Field> fields() = 0;
  virtual void read(const std::string& text) = 0;
  /// Sets the options that are 0 or empty and that the data know, such as classes and vocabulary (data::Source::facts).
  void take(const std::map<std::string, std::string>& facts);
  virtual Recipe recipe() const = 0;
  virtual std::unique_ptr<AnySystem> make() const = 0;
};

/// A line of the list of systems.
struct SystemEntry {
  std::string name, purpose;
  std::function<std::unique_ptr<AnyOptions>()> options;
};

/// All systems: the library's, in the order of their papers, then those of the program.
const std::vector<SystemEntry>& systems();
/// The entry of that name. Throws ValueError, which suggests the nearest, when there is none.
const SystemEntry& find_system(const std::string& name);

/// The layers that a system's first ability runs through, and the number of parameters of each of its networks.
std::string describe(AnySystem& system);

namespace detail {
void add_system(SystemEntry entry);

template <class S>
class SystemOf final : public AnySystem {
 public:
  /// Owns it.
  explicit SystemOf(typename S::Options options) : own_(std::make_unique<S>(std::move(options))), system_(*own_) {}
  /// Borrows it.
  explicit SystemOf(S& system) : system_(system) {}

  std::string name() const override { return S::name; }
  std::string options() const override { return write_fields(system_.options); }
  void visit(Visitor& v) override { system_.visit(v); }
  void visit_generators(Visitor& v) override {
    if constexpr (requires { system_.visit_generators(v); })
      system_.visit_generators(v);
    else if constexpr (requires { system_.G.visit(v); })
      system_.G.visit(v);
    else
      system_.visit(v);
  }
  data::Needs needs() const override { return system_.needs(); }
  Game game() override { return system_.game(); }
  Abilities abilities() override { return system_.abilities(); }
  void begin(const data::Source& data) override {
    if constexpr (requires { system_.begin(data); }) system_.begin(data);
  }
  std::function<Var(const Var&)> preprocessing() override {
    if constexpr (requires { system_.preprocesses(); })
      if (!system_.preprocesses()) return {};
    if constexpr (requires(const Var& x) { system_.preprocess(x); })
      return [this](const Var& x) { return system_.preprocess(x); };
    return {};
  }

 private:
  std::unique_ptr<S> own_;
  S& system_;
};

template <class S>
class OptionsOf final : public AnyOptions {
 public:
  std::vector<Field> fields() override { return fields_of(options_); }
  void read(const std::string& text) override { options_ = read_fields(text, options_); }
  Recipe recipe() const override {
    if constexpr (requires { S::recipe(); })
      return S::recipe();
    else
      return {};
  }
  std::unique_ptr<AnySystem> make() const override { return std::make_unique<SystemOf<S>>(options_); }

 private:
  typename S::Options options_;
};
}  // namespace detail

/// The line of a system in the list.
template <class S>
SystemEntry entry_of() {
  return {S::name, S::purpose, [] { return std::make_unique<detail::OptionsOf<S>>(); }};
}

}  // namespace models

/// Adds a system of the program's own to the list; call it before the list is used, at the start of main. Throws
/// ValueError when a system of that name is there already.
template <class S>
void add_system() {
  models::detail::add_system(models::entry_of<S>());
}

}  // namespace gan
