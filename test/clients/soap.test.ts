import { createClientAsync } from 'soap';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Outage, openOutage } from './outage.ts';

/** A SOAP client such as the QuickBooks Web Connector: what it must never be told is that its user is a bad one. */

let outage: Outage;
beforeAll(async () => {
  outage = await openOutage();
});
afterAll(() => outage[Symbol.asyncDispose]());

const wsdl = (address: string): string => `<?xml version="1.0"?>
<definitions name="Connector" targetNamespace="urn:connector" xmlns:tns="urn:connector"
  xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <types><xsd:schema targetNamespace="urn:connector">
    <xsd:element name="authenticate"><xsd:complexType><xsd:sequence>
      <xsd:element name="strUserName" type="xsd:string"/><xsd:element name="strPassword" type="xsd:string"/>
    </xsd:sequence></xsd:complexType></xsd:element>
    <xsd:element name="authenticateResponse"><xsd:complexType/></xsd:element>
  </xsd:schema></types>
  <message name="In"><part name="parameters" element="tns:authenticate"/></message>
  <message name="Out"><part name="parameters" element="tns:authenticateResponse"/></message>
  <portType name="Port"><operation name="authenticate">
    <input message="tns:In"/><output message="tns:Out"/></operation></portType>
  <binding name="Binding" type="tns:Port">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="authenticate"><soap:operation soapAction="urn:connector/authenticate"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  </binding>
  <service name="Service"><port name="Port" binding="tns:Binding"><soap:address location="${address}"/></port></service>
</definitions>`;

test.for([
  { version: '1.1', forceSoap12Headers: false, code: 'soap:Server' },
  { version: '1.2', forceSoap12Headers: true, code: 'env:Receiver' },
])('SOAP $version: a fault of the server, in our words', async ({ forceSoap12Headers, code }) => {
  const client = await createClientAsync(wsdl(`${outage.url}/connector`), { forceSoap12Headers });
  // The client makes its methods from the document's operations.
  const error = await client
    .authenticateAsync({ strUserName: 'connector', strPassword: 'secret' })
    .catch((thrown: unknown) => thrown);
  const told = JSON.stringify(error.root?.Envelope?.Body?.Fault ?? error.message);
  expect(told).toContain(code);
  expect(told).toContain(`See ${outage.statusPage}`);
  expect(told).not.toContain('secret');
  expect(error.response.status).toBe(500);
});
