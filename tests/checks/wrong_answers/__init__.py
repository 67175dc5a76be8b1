"""Wrong answers that are no `mistakes` of their exercise, with words of what each is told."""
