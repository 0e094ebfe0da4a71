"""Names of people as programs note them beside tags."""

from __future__ import annotations

from tagwright_adapters.xmp import packet
from tagwright_adapters.xmp.people import people

REGIONS = """
<x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/'
 xmlns:MP='http://ns.microsoft.com/photo/1.2/'
 xmlns:MPRI='http://ns.microsoft.com/photo/1.2/t/RegionInfo#'
 xmlns:MPReg='http://ns.microsoft.com/photo/1.2/t/Region#'
 xmlns:Iptc4xmpExt='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'>
 <mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>
  <rdf:li><rdf:Description mwg-rs:Name='Anna' mwg-rs:Type='Face'/></rdf:li>
  <rdf:li rdf:parseType='Resource'><mwg-rs:Name> Bob </mwg-rs:Name></rdf:li>
  <rdf:li rdf:parseType='Resource'><mwg-rs:Name>Rex</mwg-rs:Name>
   <mwg-rs:Type>Pet</mwg-rs:Type></rdf:li>
  <rdf:li rdf:parseType='Resource'><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>
 </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
 <MP:RegionInfo rdf:parseType='Resource'><MPRI:Regions><rdf:Bag>
  <rdf:li><rdf:Description MPReg:PersonDisplayName='Carla'/></rdf:li>
 </rdf:Bag></MPRI:Regions></MP:RegionInfo>
 <Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Dora</rdf:li><rdf:li>Anna</rdf:li></rdf:Bag>
 </Iptc4xmpExt:PersonInImage>
 <Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType='Resource'>
  <Iptc4xmpExt:PersonName><rdf:Alt><rdf:li xml:lang='x-default'>Emil</rdf:li></rdf:Alt>
  </Iptc4xmpExt:PersonName>
 </rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>
</rdf:Description></rdf:RDF></x:xmpmeta>
"""


def test_names_are_found_wherever_programs_put_them() -> None:
    """Regions of all kinds and IPTC's own fields; no pets, each name once."""
    found = people(packet.read([REGIONS.encode()]))
    assert sorted(found) == ["Anna", "Bob", "Carla", "Dora", "Emil"]


def test_a_photo_without_them_has_none() -> None:
    """Nor has one without XMP."""
    assert people(packet.read([packet.EMPTY])) == ()
    assert people({}) == ()
