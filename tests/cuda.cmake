# Tests of the CUDA backend. On a machine with a GPU `ctest -R '^cuda'` runs them; without one they skip. The same tests
# run everywhere as emulated_*, on a device made of plain C++ (cuda_emulator/).
file(GLOB cuda_tests CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} cuda*_test.cpp)
list(TRANSFORM cuda_tests REPLACE "_test\\.cpp$" "")
# Comparisons with PyTorch, which run on the CPU as tests of their own, and a training.
set(compared reference/layers reference/models reference/penalty reference/optimizers)
set(on_cuda SKIP_RETURN_CODE 77 ENVIRONMENT GAN_TEST_DEVICE=cuda)

set(cuda_programs ${cuda_tests})
foreach(path IN LISTS compared ITEMS models_ring)
  string(REPLACE "/" "_" name ${path})
  add_test(NAME cuda_${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(cuda_${name} PROPERTIES LABELS cuda TIMEOUT 600 ${on_cuda})
  list(APPEND cuda_programs ${name})
endforeach()
list(TRANSFORM cuda_programs APPEND _test)
add_custom_target(cuda_tests DEPENDS ${cuda_programs})  # what a machine without a GPU links, too

if(BUILD_SHARED_LIBS OR NOT GAN_SANITIZE STREQUAL "")
  return()  # the library's own backend would be there twice; sanitizers do not follow the emulator's stacks
endif()

file(GLOB cuda_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cuda/*.cu)
set_source_files_properties(${cuda_sources} PROPERTIES LANGUAGE CXX)
add_library(gan_emulated OBJECT ${cuda_sources} cuda_emulator/emulator.cpp
  cuda_emulator/threads.cpp cuda_emulator/cudnn.cpp)
target_compile_features(gan_emulated PRIVATE cxx_std_20)
target_include_directories(gan_emulated BEFORE PRIVATE cuda_emulator ${PROJECT_SOURCE_DIR}/include
  ${PROJECT_BINARY_DIR}/include ${PROJECT_SOURCE_DIR})

# gan_emulated_program(NAME SOURCES...): the emulator's objects come before the library, so that the linker takes nothing
# of the library's own backend.
function(gan_emulated_program name)
  add_executable(${name} ${ARGN} $<TARGET_OBJECTS:gan_emulated>)
  target_include_directories(${name} PRIVATE . ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE GAN_TESTS_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE gan::gan)
endfunction()
# gan_emulated_test(NAME COMMAND... PROPERTIES properties...)
function(gan_emulated_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "COMMAND;PROPERTIES")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS emulated TIMEOUT 600 ${arg_PROPERTIES})
endfunction()

foreach(path IN LISTS cuda_tests compared)
  string(REPLACE "/" "_" name ${path})
  gan_emulated_program(emulated_${name}_test ${path}_test.cpp)
  target_link_libraries(emulated_${name}_test PRIVATE GTest::gtest GTest::gmock GTest::gtest_main ZLIB::ZLIB)
  gan_emulated_test(emulated_${name} COMMAND emulated_${name}_test PROPERTIES ${on_cuda})
endforeach()
# Once more without cuDNN and cuBLAS, so that the plain kernels get every shape.
gan_emulated_test(forced_reference_emulated_cuda_conv COMMAND emulated_cuda_conv_test
  PROPERTIES ENVIRONMENT GAN_CONV=reference)

set(own_op ${PROJECT_SOURCE_DIR}/examples/own_op.cu)
set_source_files_properties(${own_op} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-D__CUDACC__;-includecuda_runtime.h")
gan_emulated_program(emulated_own_op ${own_op})
target_include_directories(emulated_own_op BEFORE PRIVATE cuda_emulator)
gan_emulated_test(emulated_own_op COMMAND emulated_own_op PROPERTIES
  PASS_REGULAR_EXPRESSION "cuda:0: f = .*first derivatives agree, second derivatives agree")

if(TARGET gpu)  # the benchmark: that it runs
  get_target_property(gpu_sources gpu SOURCE_DIR)
  gan_emulated_program(emulated_gpu ${gpu_sources}/gpu.cpp ${gpu_sources}/fixtures.cpp ${gpu_sources}/rounds.cpp)
  add_dependencies(emulated_gpu gpu)  # makes step_floors.hpp
  target_include_directories(emulated_gpu PRIVATE ${PROJECT_BINARY_DIR}/benchmarks)
  gan_emulated_test(emulated_gpu_benchmark COMMAND emulated_gpu mlp 8 --tiny --steps 3)
endif()
