/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tree that grows: flame.c makes it by reason, flame-stacks.c by stack. */
#ifndef WW_VIEWER_MODEL_FLAME_PRIVATE_H
#define WW_VIEWER_MODEL_FLAME_PRIVATE_H

#include "viewer/model/flame.h"

struct ww_flame_tree {
	struct ww_flame *flame;
	GHashTable *places; /* of (parent, kind, label): the node */
};

/* The child of @parent of that name, made when it is not there. Takes @label. */
uint32_t ww_flame_child(struct ww_flame_tree *tree, uint32_t parent, enum ww_flame_kind kind,
			enum ww_state state, char *label);
/* @ns were waited at @node; of that @longest has @longest_ns. */
void ww_flame_add(struct ww_flame_tree *tree, uint32_t node, int64_t ns, struct ww_wait_ref longest,
		  int64_t longest_ns);

uint32_t ww_flame_process(struct ww_flame_tree *tree, const struct ww_trace *trace, uint32_t upid);

void ww_flame_fill_stacks(struct ww_flame_tree *tree, const struct ww_flame_scope *scope);

#endif
