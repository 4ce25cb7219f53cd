"use client";

import { createContext, useContext, useState, type ReactNode } from "react";
import { createStore, useStore } from "zustand";

type UiState = {
  /** The navigation drawer on small screens. */
  navOpen: boolean;
  setNavOpen: (open: boolean) => void;
};

function createUiStore() {
  return createStore<UiState>()((set) => ({
    navOpen: false,
    setNavOpen: (navOpen) => set({ navOpen }),
  }));
}

// Made per page load: a store at module level would be shared by all requests on the server.
const UiContext = createContext<ReturnType<typeof createUiStore> | null>(null);

export function UiProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createUiStore);
  return <UiContext value={store}>{children}</UiContext>;
}

export function useUi<T>(selector: (state: UiState) => T) {
  const store = useContext(UiContext);
  if (!store) throw new Error("useUi works below UiProvider only.");
  return useStore(store, selector);
}
