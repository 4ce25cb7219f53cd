// What the product is called and where it lives. Everything that shows the name takes it from here.
export const site = {
  name: "<< (cookiecutter.project_name | tojson)[1:-1] >>",
  slug: "<< (cookiecutter.project_slug | tojson)[1:-1] >>",
  description: "<< (cookiecutter.description | tojson)[1:-1] >>",
  company: "<< (cookiecutter.company | tojson)[1:-1] >>",
  domain: "<< (cookiecutter.domain | tojson)[1:-1] >>",
};
