# `cmake --install`: headers, library, CMake package (find_package(gan)) and pkg-config file (gan.pc).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gan)

install(DIRECTORY include/gan TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cuh")
install(FILES ${PROJECT_BINARY_DIR}/include/gan/config.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gan)
install(TARGETS gan EXPORT gan)
if(GAN_HAS_CUDA)
  install(TARGETS gan_cuda EXPORT gan)
endif()
install(EXPORT gan FILE ganTargets.cmake NAMESPACE gan:: DESTINATION ${package_dir})

configure_package_config_file(cmake/ganConfig.cmake.in ganConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(ganConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ganConfig.cmake ${PROJECT_BINARY_DIR}/ganConfigVersion.cmake
  DESTINATION ${package_dir})
install(FILES cmake/FindTurboJPEG.cmake DESTINATION ${package_dir})
if(GAN_HAS_CUDA)
  install(FILES cmake/FindcuDNN.cmake DESTINATION ${package_dir})
endif()

# gan.pc finds its prefix from where it lies. With the static library alone, a program links what that needs as well, so
# that `pkg-config --libs gan` suffices for either library.
file(RELATIVE_PATH pc_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
set(pc_requires "")
set(pc_libs "-L\${libdir} -lgan")
if(NOT BUILD_SHARED_LIBS)
  set(pc_requires "zlib libpng libturbojpeg")
  if(GAN_BLAS STREQUAL "OpenBLAS")
    # Not openblas.pc, which asks for gfortran's library, too.
    get_target_property(pc_blas BLAS::BLAS INTERFACE_LINK_LIBRARIES)
    list(GET pc_blas 0 pc_blas)
    cmake_path(GET pc_blas PARENT_PATH pc_blas_dir)
    if(NOT pc_blas_dir IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
      string(APPEND pc_libs " -L${pc_blas_dir}")
    endif()
    string(APPEND pc_libs " -lopenblas")
  endif()
  string(APPEND pc_libs " -lstdc++ -lm -pthread")
endif()
configure_file(cmake/gan.pc.in gan.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/gan.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
