package main

import "github.com/spf13/cobra"

func (a *app) tree() *cobra.Command     { return &cobra.Command{Use: "tree"} }
func (a *app) decide() *cobra.Command   { return &cobra.Command{Use: "decide"} }
func (a *app) treeJSON() *cobra.Command { return &cobra.Command{Use: "tree-json"} }
