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

package io.github.natsspring.boot.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import io.github.natsspring.topology.TopologyDefinition;
import io.nats.client.Options;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * Property sources as an application has them, in the same order.
 */
class TestSources {

	private final Map<String, Object> variables = new HashMap<>();

	private final Properties systemProperties = new Properties();

	private final StandardEnvironment environment = new StandardEnvironment();

	TestSources() {
		MutablePropertySources sources = this.environment.getPropertySources();
		sources.remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
		sources.addLast(new PropertiesPropertySource(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
				this.systemProperties));
		sources.addLast(new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				this.variables));
	}

	static TestSources ofYaml(String yaml) {
		return new TestSources().yaml("application.yml", yaml);
	}

	/**
	 * Build the options of a connection.
	 * @param yaml what stands below <code>nats</code>
	 */
	static Options options(String yaml) {
		String text = "nats." + yaml;
		if (yaml.startsWith("{")) {
			text = "nats: " + yaml;
		}
		else if (yaml.contains("\n")) {
			text = "nats:\n" + yaml.indent(2);
		}
		return ofYaml(text).optionsMapper().toBuilder().build();
	}

	TestSources yaml(String name, String yaml) {
		try {
			ByteArrayResource resource = new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8), name);
			for (PropertySource<?> source : new YamlPropertySourceLoader().load(name, resource)) {
				this.environment.getPropertySources().addLast(source);
			}
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	TestSources variable(String name, String value) {
		this.variables.put(name, value);
		return this;
	}

	TestSources systemProperty(String name, String value) {
		this.systemProperties.setProperty(name, value);
		return this;
	}

	TestSources arguments(String... arguments) {
		this.environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
		return this;
	}

	TestSources property(String name, Object value) {
		this.environment.getPropertySources().addFirst(new MapPropertySource(name, Map.of(name, value)));
		return this;
	}

	NatsProperties bind() {
		return NatsPropertiesBindHandlerAdvisor.bind(this.environment);
	}

	TopologyDefinition topology() {
		return NatsTopologyMapper.map(ConfiguredConnection.first(bind()));
	}

	NatsOptionsMapper optionsMapper() {
		NatsProperties properties = bind();
		return new NatsOptionsMapper(ConfiguredConnection.first(properties),
				new PropertiesNatsConnectionDetails(properties), "shop");
	}

}
