// What the product is called and where it lives. Everything that shows the name takes it from here.
// prettier-ignore
export const site = {
  name: "<< cookiecutter.__project_name >>",
  slug: "<< cookiecutter.project_slug >>",
  description: "<< cookiecutter.__description >>",
  company: "<< cookiecutter.__company >>",
  domain: "<< cookiecutter.domain >>",
};
