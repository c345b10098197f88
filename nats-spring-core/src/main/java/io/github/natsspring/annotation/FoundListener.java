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

package io.github.natsspring.annotation;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A listener that was found and is to be registered.
 *
 * @param <D> what declares it: an annotation, or what was made of one
 * @param method the method, or {@code null} for the class with its handlers
 * @param index counts the listeners of one method or class, from 1
 */
record FoundListener<D>(Object bean, String beanName, Class<?> targetClass, @Nullable Method method, D declaration,
		int index) {

	/**
	 * Only letters that need no brackets in a property's name, such as
	 * {@code billing-on}.
	 */
	String defaultId() {
		String name = this.beanName;
		if (name.indexOf('.') >= 0 || name.indexOf('$') >= 0) {
			// The bean is named after its class, as imported ones are
			name = StringUtils.uncapitalize(this.targetClass.getSimpleName());
		}
		String id = (this.method != null) ? name + "-" + this.method.getName() : name;
		return (this.index > 1) ? id + "-" + this.index : id;
	}

}
