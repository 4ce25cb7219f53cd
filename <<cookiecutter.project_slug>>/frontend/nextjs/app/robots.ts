import type { MetadataRoute } from "next";
import { appPaths } from "@/lib/routes";
import { site } from "@/lib/site";

export default function robots(): MetadataRoute.Robots {
  return {
    rules: { userAgent: "*", allow: "/", disallow: [...appPaths, "/api/"] },
    sitemap: `https://${site.domain}/sitemap.xml`,
  };
}
