// The parts of Radix Themes that float above a page, in a file of their own: late_radix.js loads it.
// Laid into the build by plugin.py.

export * as DropdownMenu from "@radix-ui/themes/components/dropdown-menu";
export * as Popover from "@radix-ui/themes/components/popover";
