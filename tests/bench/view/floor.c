// SPDX-License-Identifier: GPL-2.0-or-later
/* A peer: a window of the same size that is one colour, another one in each frame. */
#include "tests/bench/view/stage.h"

#define N_FRAMES 120

#define BENCH_TYPE_FLOOR (bench_floor_get_type())
G_DECLARE_FINAL_TYPE(BenchFloor, bench_floor, BENCH, FLOOR, GtkWidget)

struct _BenchFloor {
	GtkWidget parent;
	int frame;
};

G_DEFINE_FINAL_TYPE(BenchFloor, bench_floor, GTK_TYPE_WIDGET)

static void floor_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
	const float shade = (float)(BENCH_FLOOR(widget)->frame % 100) / 100;

	gtk_snapshot_append_color(snapshot, &(GdkRGBA){ shade, shade, 1, 1 },
				  &GRAPHENE_RECT_INIT(0, 0, (float)gtk_widget_get_width(widget),
						      (float)gtk_widget_get_height(widget)));
}

static void bench_floor_class_init(BenchFloorClass *class)
{
	GTK_WIDGET_CLASS(class)->snapshot = floor_snapshot;
}

static void bench_floor_init(BenchFloor *floor)
{
}

static void step(struct stage *stage, int frame)
{
	GtkWidget *floor = gtk_window_get_child(GTK_WINDOW(stage->clocked));

	BENCH_FLOOR(floor)->frame = frame;
	gtk_widget_queue_draw(floor);
}

static void finish(struct stage *stage)
{
	gtk_window_destroy(GTK_WINDOW(stage->clocked));
	stage_leave(stage);
}

void play_floor(struct stage *stage)
{
	int width, height;

	stage->clocked = gtk_window_new();
	gtk_window_get_default_size(GTK_WINDOW(stage->window), &width, &height);
	gtk_window_set_default_size(GTK_WINDOW(stage->clocked), width, height);
	gtk_window_set_decorated(GTK_WINDOW(stage->clocked), FALSE);
	gtk_window_set_child(GTK_WINDOW(stage->clocked), g_object_new(BENCH_TYPE_FLOOR, NULL));
	gtk_widget_set_visible(GTK_WIDGET(stage->window), FALSE);
	gtk_window_present(GTK_WINDOW(stage->clocked));
	stage_run(stage, &(struct stage_run){ "floor", N_FRAMES, step, finish });
}
