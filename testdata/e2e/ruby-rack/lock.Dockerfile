# syntax=docker/dockerfile:1
# The gems are packed of what Debian has installed of them, into the folder in which a
# project keeps its gems: bundle install takes them from there, and nothing is downloaded.
FROM ruby:3.3-slim-trixie AS lock
RUN apt-get update && apt-get install -y --no-install-recommends puma ruby-rack
COPY <<"RUBY" /pack.rb
require "fileutils"
require "rubygems/package"

FileUtils.mkdir_p("/project/vendor/cache")
%w[nio4r puma rack].each do |name|
  spec = Gem::Specification.find_by_name(name)
  FileUtils.cp_r(spec.full_gem_path, "/tmp/#{name}")
  if File.exist?(File.join(spec.extension_dir, "gem.build_complete")) # compiled: it is packed for this platform
    FileUtils.cp_r("#{spec.extension_dir}/.", "/tmp/#{name}/lib")
    spec.extensions.clear
    spec.platform = Gem::Platform.local
  end
  Dir.chdir("/tmp/#{name}") do
    spec.files = Dir["**/*"].select { |f| File.file?(f) }
    FileUtils.mv(Gem::Package.build(spec, true), "/project/vendor/cache/")
  end
end
RUBY

RUN ruby /pack.rb
WORKDIR /project
COPY . .
RUN BUNDLE_PATH=/tmp/gems bundle install --local

FROM scratch
COPY --from=lock /project/Gemfile.lock /
COPY --from=lock /project/vendor/ /vendor/
