// The exit codes of programs.
#include <cstdio>
#include <new>

#include "gan/app/options.hpp"
#include "gan/core/error.hpp"

namespace gan::app {

int run(int argc, char** argv, const std::function<int(int, char**)>& body) {
  std::string name = argc > 0 ? argv[0] : "program";
  name.erase(0, name.rfind('/') + 1);
  const auto fail = [&name](int code, const std::string& message) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s: error: %s\n", name.c_str(), message.c_str());
    return code;
  };
  try {
    const int code = body(argc, argv);
    return std::fflush(stdout) == 0 || code != 0 ? code : fail(1, "standard output cannot be written");
  } catch (const UsageError& e) {
    return fail(2, e.what() + std::string("\n(") + name + " --help lists the flags)");
  } catch (const DataError& e) { return fail(3, e.what()); } catch (const FormatError& e) {
    return fail(3, e.what());
  } catch (const std::bad_alloc&) { return fail(1, "out of memory"); } catch (const std::exception& e) {
    return fail(1, e.what());
  }
}

}  // namespace gan::app
