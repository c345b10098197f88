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

package io.github.natsspring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of what an application does with NATS, and of nothing else: templates, streams,
 * buckets and listeners are auto-configured as in the application, from its own
 * {@code application.yml}, but no web server and no database. No component is scanned;
 * import those under test, as in {@code @Import(Billing.class)}.
 * <p>
 * It needs a server: with {@link io.github.natsspring.test.EmbeddedNats @EmbeddedNats}
 * beside it there is one, or use a container with {@code @ServiceConnection}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(NatsTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(NatsTypeExcludeFilter.class)
@AutoConfigureNats
@ImportAutoConfiguration
public @interface NatsTest {

	/**
	 * Properties of the environment, each as {@code key=value}.
	 * @return the properties to add
	 */
	String[] properties() default {};

	/**
	 * Whether the default filter is used, which includes no component.
	 * @return whether it is used
	 * @see #includeFilters()
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Filters of components to scan all the same.
	 * @return filters that include
	 */
	Filter[] includeFilters() default {};

	/**
	 * Filters of components not to scan.
	 * @return filters that exclude
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configurations to leave out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
