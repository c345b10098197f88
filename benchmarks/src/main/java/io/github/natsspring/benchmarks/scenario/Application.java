/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.benchmarks.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * The application that has our side in it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Application {

	static ConfigurableApplicationContext start(String url, String... properties) {
		return start(url, new Class<?>[0], properties);
	}

	static ConfigurableApplicationContext start(String url, Class<?>[] sources, String... properties) {
		List<String> all = new ArrayList<>(List.of("nats.servers=" + url, "spring.main.log-startup-info=false",
				"logging.level.root=warn", "spring.main.register-shutdown-hook=false"));
		all.addAll(Arrays.asList(properties));
		return new SpringApplicationBuilder(Application.class).sources(sources)
			.web(WebApplicationType.NONE)
			.bannerMode(Banner.Mode.OFF)
			.properties(all.toArray(String[]::new))
			.run();
	}

}
