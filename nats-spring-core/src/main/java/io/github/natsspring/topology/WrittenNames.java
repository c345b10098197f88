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

package io.github.natsspring.topology;

/**
 * What the settings of a definition may also be: knows under which of several names that
 * mean the same a field was written, so that messages can use it.
 */
@FunctionalInterface
public interface WrittenNames {

	/**
	 * The name that was written.
	 * @param property the name of the property as jnats calls the setting, in kebab-case,
	 * such as {@code storage-type}
	 * @return the name as written, such as {@code storage}, or the same if it was not
	 * written
	 */
	String nameOf(String property);

}
