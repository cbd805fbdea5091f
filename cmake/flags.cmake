# Flags of this directory and those below it. A consumer sees none of them.
if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
  endif()
  find_program(GAN_CCACHE ccache)
  mark_as_advanced(GAN_CCACHE)
  if(GAN_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${GAN_CCACHE})
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${GAN_CCACHE})
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra>
    $<$<COMPILE_LANGUAGE:CXX>:-Wpedantic> $<$<COMPILE_LANGUAGE:CXX>:-Wshadow> $<$<COMPILE_LANGUAGE:CXX>:-Wconversion>
    $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # wrong about std::string's operator+ (GCC bug 105651)
  endif()
  if(NOT GAN_SANITIZE)  # sanitizers make the compiler see faults that are not there
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Werror>)
  endif()
endif()

set(CMAKE_CXX_EXTENSIONS OFF)

# Random numbers have the same bits on every machine only if no multiplication is fused with an addition.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off>)

if(GAN_SANITIZE)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${GAN_SANITIZE}> $<$<COMPILE_LANGUAGE:CXX>:-O1> -g
    $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer> $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize-recover=all>)
  add_link_options(-fsanitize=${GAN_SANITIZE})
endif()
